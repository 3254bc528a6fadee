package io.barecount.policy.evaluation;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Runner;
import java.util.ArrayList;
import java.util.List;

/** Whether a manifest has all that a decision reads. One that manifest-service accepted always has. */
public final class Completeness {
    private final List<String> missing = new ArrayList<>();

    private Completeness() {}

    /** JSON pointers of what is missing, or is a size that is no size; empty for a complete manifest. */
    public static List<String> missing(Manifest manifest) {
        var check = new Completeness();
        check.manifest(manifest);
        return check.missing;
    }

    private void manifest(Manifest manifest) {
        if (!has(manifest, "")) {
            return;
        }
        if (has(manifest.metadata(), "/metadata")) {
            has(manifest.metadata().name(), "/metadata/name");
            has(manifest.metadata().namespace(), "/metadata/namespace");
        }
        if (has(manifest.spec(), "/spec")) {
            spec(manifest.spec());
        }
    }

    private void spec(Manifest.Spec spec) {
        if (has(spec.data(), "/spec/data")) {
            has(spec.data().classification(), "/spec/data/classification");
        }
        has(spec.owner(), "/spec/owner");
        has(spec.workload(), "/spec/workload");
        if (has(spec.network(), "/spec/network")) {
            has(spec.network().model(), "/spec/network/model");
            has(spec.network().boundary(), "/spec/network/boundary");
        }
        if (has(spec.execution(), "/spec/execution")) {
            has(spec.execution().timeout(), "/spec/execution/timeout");
        }
        if (has(spec.cost(), "/spec/cost")) {
            has(spec.cost().expectedRuntime(), "/spec/cost/expectedRuntime");
        }
        if (has(spec.runner(), "/spec/runner") && has(spec.runner().type(), "/spec/runner/type")) {
            runner(spec.runner());
        }
    }

    private void runner(Runner runner) {
        switch (runner.type()) {
            case LAMBDA -> {
                if (has(runner.lambda(), "/spec/runner/lambda")) {
                    has(runner.lambda().architecture(), "/spec/runner/lambda/architecture");
                    positive(runner.lambda().memoryMiB(), "/spec/runner/lambda/memoryMiB");
                }
            }
            case FARGATE -> {
                if (has(runner.fargate(), "/spec/runner/fargate")) {
                    positive(runner.fargate().cpu(), "/spec/runner/fargate/cpu");
                    positive(runner.fargate().memoryMiB(), "/spec/runner/fargate/memoryMiB");
                }
            }
            case GLUE -> {
                if (has(runner.glue(), "/spec/runner/glue")) {
                    has(runner.glue().workerType(), "/spec/runner/glue/workerType");
                    positive(runner.glue().workers(), "/spec/runner/glue/workers");
                }
            }
            case EC2 -> {
                if (has(runner.ec2(), "/spec/runner/ec2")) {
                    has(runner.ec2().instanceType(), "/spec/runner/ec2/instanceType");
                    positive(runner.ec2().memoryMiB(), "/spec/runner/ec2/memoryMiB");
                }
            }
            case ONPREM -> {
                if (has(runner.onprem(), "/spec/runner/onprem")) {
                    positive(runner.onprem().memoryMiB(), "/spec/runner/onprem/memoryMiB");
                }
            }
            case AUTO -> {
                if (has(runner.auto(), "/spec/runner/auto")) {
                    positive(runner.auto().memoryMiB(), "/spec/runner/auto/memoryMiB");
                }
            }
        }
    }

    private boolean has(Object value, String pointer) {
        if (value == null) {
            missing.add(pointer);
        }
        return value != null;
    }

    private void positive(int size, String pointer) {
        if (size <= 0) {
            missing.add(pointer);
        }
    }
}
