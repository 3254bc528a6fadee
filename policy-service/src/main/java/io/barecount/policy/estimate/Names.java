package io.barecount.policy.estimate;

import io.barecount.contracts.manifest.Manifest;
import java.util.Locale;

/** How the contracts' enums are written in manifests, rules and price books. */
public final class Names {
    private Names() {}

    public static String of(Enum<?> constant) {
        var declared = constant.toString();
        return declared.equals(constant.name())
                ? declared.toLowerCase(Locale.ROOT).replace('_', '-')
                : declared;
    }

    /** A runner's settings as a manifest writes them, such as {@code {cpu: 256, memoryMiB: 512}}. */
    public static String settings(Manifest.Runner runner) {
        return "{"
                + switch (runner.type()) {
                    case LAMBDA ->
                        "memoryMiB: " + runner.lambda().memoryMiB() + ", architecture: "
                                + runner.lambda().architecture();
                    case FARGATE ->
                        "cpu: " + runner.fargate().cpu() + ", memoryMiB: "
                                + runner.fargate().memoryMiB();
                    case GLUE ->
                        "workerType: " + runner.glue().workerType() + ", workers: "
                                + runner.glue().workers();
                    case EC2 ->
                        "instanceType: " + runner.ec2().instanceType() + ", memoryMiB: "
                                + runner.ec2().memoryMiB();
                    case ONPREM ->
                        "cpu: " + runner.onprem().cpu() + ", memoryMiB: "
                                + runner.onprem().memoryMiB();
                    case AUTO -> "memoryMiB: " + runner.auto().memoryMiB();
                }
                + "}";
    }
}
