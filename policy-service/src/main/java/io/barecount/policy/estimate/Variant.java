package io.barecount.policy.estimate;

import io.barecount.contracts.manifest.Manifest;

/** The same manifest but for one part. */
public final class Variant {
    private Variant() {}

    public static Manifest on(Manifest.Runner runner, Manifest manifest) {
        return with(runner, manifest.spec().network(), manifest);
    }

    public static Manifest in(Manifest.Network network, Manifest manifest) {
        return with(manifest.spec().runner(), network, manifest);
    }

    private static Manifest with(Manifest.Runner runner, Manifest.Network network, Manifest manifest) {
        var spec = manifest.spec();
        return new Manifest(
                manifest.apiVersion(),
                manifest.kind(),
                manifest.metadata(),
                new Manifest.Spec(
                        spec.owner(),
                        spec.data(),
                        spec.workload(),
                        runner,
                        network,
                        spec.triggers(),
                        spec.batch(),
                        spec.execution(),
                        spec.cost()));
    }
}
