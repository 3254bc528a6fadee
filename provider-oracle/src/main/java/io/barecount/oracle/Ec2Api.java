package io.barecount.oracle;

/** EC2, by its query protocol. */
final class Ec2Api implements Api {
    private static final String VERSION = "2016-11-15";
    private final Ec2Instances instances;
    private final Ec2Networks networks;
    private final Ec2LaunchTemplates templates = new Ec2LaunchTemplates();

    Ec2Api(Executions executions, Network network, Overrides overrides) {
        this.instances = new Ec2Instances(executions, network, overrides);
        this.networks = new Ec2Networks(network);
    }

    @Override
    public boolean takes(Request request) {
        return VERSION.equals(Form.of(request).get("Version"));
    }

    @Override
    public Operation operation(Request request) {
        return Operation.of(Form.of(request).get("Action"));
    }

    @Override
    public Answer answer(Call call) {
        var form = Form.of(call.request());
        var content = switch (call.operation()) {
            case CREATE_LAUNCH_TEMPLATE -> templates.create(form);
            case CREATE_LAUNCH_TEMPLATE_VERSION -> templates.createVersion(form);
            case DESCRIBE_LAUNCH_TEMPLATE_VERSIONS -> templates.describe(form);
            case RUN_INSTANCES -> instances.run(call, form, templates.merged(form));
            case DESCRIBE_INSTANCES -> instances.describe(call, form);
            case TERMINATE_INSTANCES -> instances.terminate(form);
            case DESCRIBE_NETWORK_INTERFACES -> networks.interfaces(call, form);
            case DESCRIBE_SUBNETS -> networks.subnets(call, form);
            case DESCRIBE_SECURITY_GROUPS -> networks.securityGroups(call, form);
            case DESCRIBE_ROUTE_TABLES -> networks.routeTables(call, form);
            case DESCRIBE_VPC_ENDPOINTS -> networks.vpcEndpoints(call, form);
            case DESCRIBE_VPC_PEERING_CONNECTIONS -> networks.peerings(call, form);
            case DESCRIBE_VPN_CONNECTIONS -> networks.vpns(call, form);
            default -> throw new ApiError(400, "InvalidAction", call.operation().api());
        };
        var answer = Trees.of("requestId", call.id()).setAll(content);
        return Answer.xml(
                200,
                Xml.document(
                        call.operation().api() + "Response",
                        "http://ec2.amazonaws.com/doc/" + VERSION + "/",
                        answer,
                        "item"));
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> new ApiError(503, "RequestLimitExceeded", "Request limit exceeded.");
            case ACCESS_DENIED ->
                new ApiError(403, "UnauthorizedOperation", "You are not authorized to perform this operation.");
            case QUOTA ->
                new ApiError(
                        400,
                        "VcpuLimitExceeded",
                        "You have requested more vCPU capacity than your current vCPU limit allows.");
            default -> new ApiError(500, "InternalError", "An internal error has occurred");
        };
    }

    @Override
    public Answer error(ApiError error, String requestId) {
        var body = Trees.object();
        body.putObject("Errors").set("Error", Trees.of("Code", error.code(), "Message", error.getMessage()));
        body.put("RequestID", requestId);
        return Answer.xml(error.status(), Xml.document("Response", null, body, null));
    }
}
