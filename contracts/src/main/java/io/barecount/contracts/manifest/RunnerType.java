package io.barecount.contracts.manifest;

/** What executes an attempt. Who fulfils it here is the provider's name in the evidence. */
public enum RunnerType {
    LAMBDA,
    FARGATE,
    GLUE,
    EC2,
    ONPREM
}
