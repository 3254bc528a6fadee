package io.barecount.oracle;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The calls that the oracle answers; {@link #api()} is the name by which AWS, and {@link ProviderOracle#calls()}, know them. */
public enum Operation {
    DESCRIBE_TASK_DEFINITION,
    REGISTER_TASK_DEFINITION,
    DEREGISTER_TASK_DEFINITION,
    RUN_TASK,
    DESCRIBE_TASKS,
    STOP_TASK,
    LIST_TASKS,

    GET_JOB,
    CREATE_JOB,
    UPDATE_JOB,
    GET_CONNECTION,
    CREATE_CONNECTION,
    START_JOB_RUN,
    GET_JOB_RUN,
    GET_JOB_RUNS,
    BATCH_STOP_JOB_RUN,

    CREATE_FUNCTION,
    GET_FUNCTION,
    GET_FUNCTION_CONFIGURATION,
    PUBLISH_VERSION,
    LIST_VERSIONS_BY_FUNCTION,
    UPDATE_FUNCTION_CONFIGURATION,
    PUT_FUNCTION_CONCURRENCY,
    PUT_FUNCTION_EVENT_INVOKE_CONFIG,
    INVOKE,

    CREATE_LAUNCH_TEMPLATE,
    CREATE_LAUNCH_TEMPLATE_VERSION,
    DESCRIBE_LAUNCH_TEMPLATE_VERSIONS,
    RUN_INSTANCES,
    DESCRIBE_INSTANCES,
    TERMINATE_INSTANCES,
    DESCRIBE_NETWORK_INTERFACES,
    DESCRIBE_SUBNETS,
    DESCRIBE_SECURITY_GROUPS,
    DESCRIBE_ROUTE_TABLES,
    DESCRIBE_VPC_ENDPOINTS,
    DESCRIBE_VPC_PEERING_CONNECTIONS,
    DESCRIBE_VPN_CONNECTIONS,

    RECEIVE_MESSAGE,
    DELETE_MESSAGE_BATCH,

    ASSUME_ROLE,
    GET_CALLER_IDENTITY,

    CREATE_BUCKET,
    HEAD_BUCKET,
    PUT_OBJECT,
    COPY_OBJECT,
    GET_OBJECT,
    HEAD_OBJECT,
    DELETE_OBJECT,
    LIST_OBJECTS_V2;

    private static final Map<String, Operation> BY_API =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Operation::api, operation -> operation));

    /** Such as {@code RunTask}. */
    public String api() {
        return Arrays.stream(name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    /** Null for a call that the oracle doesn't know. */
    static Operation of(String api) {
        return api == null ? null : BY_API.get(api);
    }
}
