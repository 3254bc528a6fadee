package io.barecount.gateway.aws;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.Permitted;
import io.barecount.gateway.runner.Work;
import io.barecount.oracle.Network.Route;
import io.barecount.oracle.ProviderOracle;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runners of Amazon Web Services without the service around them, on an oracle whose workloads do nothing until they are told to. */
final class RunnersAlone implements AutoCloseable {
    static final Boundary BOUNDARY = new Boundary(
            "core",
            NetworkModel.VPC_PEERING,
            "eu-central-1",
            "vpc-1",
            List.of("subnet-1"),
            List.of("sg-1"),
            List.of(),
            new Boundary.Egress(List.of()),
            List.of(RunnerType.LAMBDA, RunnerType.EC2),
            "network");

    final ProviderOracle oracle;
    final Clients clients;
    private final GatewayConfig config;
    private final Sessions sessions;
    private final Networks networks;

    RunnersAlone(Path directory, Map<String, String> settings) {
        oracle = ProviderOracle.over(directory).start();
        oracle.network()
                .subnet("subnet-1", "vpc-1", "10.0.0.0/16", false)
                .securityGroup("sg-1", "vpc-1", List.of("10.0.0.0/16"), List.of())
                .routeTable("rtb-1", "vpc-1", true, List.of(), new Route("10.0.0.0/16", "local"));
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        var all = new HashMap<>(settings);
        all.put("barecount.gateway.permit-keys", "none");
        all.put("barecount.gateway.evidence-key", "none");
        all.put("barecount.gateway.aws.endpoint", oracle.endpoint().toString());
        all.put("barecount.gateway.aws.gateway-url", "http://127.0.0.1:1");
        all.put("barecount.gateway.aws.role", "arn:aws:iam::000000000000:role/starter");
        config = new SmallRyeConfigBuilder()
                .withMapping(GatewayConfig.class)
                .withDefaultValues(all)
                .build()
                .getConfigMapping(GatewayConfig.class);
        clients = new Clients(config);
        sessions = new Sessions(clients, config);
        networks = new Networks(clients);
    }

    LambdaRunner lambda() {
        return new LambdaRunner(config, clients, sessions, networks, new Bootstrap());
    }

    Ec2Runner ec2() {
        return new Ec2Runner(config, clients, sessions, networks, new Loader(new Bootstrap()));
    }

    static Work work(RunnerType type) {
        var like = Permitted.spec(RunnerType.LAMBDA).manifest();
        var runner = new Manifest.Runner(
                type,
                type == RunnerType.LAMBDA ? new Manifest.Lambda(512, Manifest.Architecture.ARM64) : null,
                null,
                null,
                type == RunnerType.EC2 ? new Manifest.Ec2("t3.micro", 512) : null,
                null,
                new Manifest.Scaling(0, 1));
        var spec = like.spec();
        var manifest = new Manifest(
                like.apiVersion(),
                like.kind(),
                like.metadata(),
                new Manifest.Spec(
                        spec.owner(),
                        spec.data(),
                        spec.workload(),
                        runner,
                        spec.network(),
                        List.of(),
                        null,
                        spec.execution(),
                        spec.cost()));
        return new Work(
                Permitted.RUN.task(0).attempt(1),
                "team-a",
                new RunSpec(manifest, Map.of(), null),
                null,
                false,
                BOUNDARY,
                Instant.EPOCH);
    }

    @Override
    public void close() {
        clients.close();
        oracle.close();
    }
}
