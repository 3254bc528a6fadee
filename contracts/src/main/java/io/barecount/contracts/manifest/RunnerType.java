package io.barecount.contracts.manifest;

import java.util.Arrays;
import java.util.List;

/** What executes an attempt. Who fulfils it here is the provider's name in the evidence. */
public enum RunnerType {
    LAMBDA,
    FARGATE,
    GLUE,
    EC2,
    ONPREM,
    /** Only ever declared: governance decides which of the others it is, and a permit is for that one. Nothing runs on this. */
    AUTO;

    /** All that something can run on, in the order in which equally good ones are preferred. */
    public static List<RunnerType> executing() {
        return Arrays.stream(values()).filter(type -> type != AUTO).toList();
    }
}
