package io.barecount.manifest.registry;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import java.time.Instant;

/** What people want of a registered pipeline. */
public sealed interface PipelineInput {
    /** Who, by subject. */
    String by();

    /** This manifest is to be the pipeline's current version, whether it was registered before or not. */
    record Register(Manifest manifest, String by) implements PipelineInput {}

    /**
     * An older version is to be the current one again.
     *
     * @param to its manifest
     * @param from the version that was looked at and is to be left; null for whichever holds
     */
    record RollBack(Manifest to, Digest from, String by, String reason) implements PipelineInput {}

    /**
     * @param successor null if there is none
     * @param refusedFrom null to only warn
     */
    record Deprecate(String successor, Instant refusedFrom, String by, String reason) implements PipelineInput {}

    /** The deprecation was a mistake, or is none any more. */
    record Reinstate(String by, String reason) implements PipelineInput {}
}
