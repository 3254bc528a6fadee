package io.barecount.manifest.registry;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Envelope;

/**
 * What a pipeline's name stands for.
 *
 * @param manifest of its current version
 * @param signature that it was registered with, with its payload; null where it was not signed
 * @param deprecation null as long as it may be used
 */
public record Registered(Manifest manifest, Envelope signature, Deprecation deprecation) {}
