package io.barecount.manifest.registry;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.time.Instant;

/** What people want of a registered pipeline. */
public sealed interface PipelineInput {
    /** Who, by subject. */
    String by();

    /**
     * This manifest is to be the pipeline's current version, whether it was registered before or not.
     *
     * @param signature with its payload; null if it is not signed
     */
    record Register(Manifest manifest, Envelope signature, String by) implements PipelineInput {}

    /**
     * An older version is to be the current one again.
     *
     * @param to its manifest
     * @param signature that it was registered with last; null if it was not signed
     * @param from the version that was looked at and is to be left; null for whichever holds
     */
    record RollBack(Manifest to, Envelope signature, Digest from, String by, String reason) implements PipelineInput {}

    /**
     * @param successor null if there is none
     * @param refusedFrom null to only warn
     */
    record Deprecate(String successor, Instant refusedFrom, String by, String reason) implements PipelineInput {}

    /** The deprecation was a mistake, or is none any more. */
    record Reinstate(String by, String reason) implements PipelineInput {}
}
