package io.barecount.manifest.registry;

import io.barecount.contracts.manifest.Manifest;

/**
 * What a pipeline's name stands for.
 *
 * @param manifest of its current version
 * @param deprecation null as long as it may be used
 */
public record Registered(Manifest manifest, Deprecation deprecation) {}
