package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Finding;

/**
 * One rule of a policy set. {@code match} and {@code condition} are expressions that are true or false, {@code message}, {@code found} and
 * {@code allowed} expressions that are texts.
 *
 * @param match whom it concerns; null for all
 * @param condition what must hold of them
 * @param path field of the manifest it speaks of, as a JSON pointer
 */
public record Rule(
        String id,
        String owner,
        String rationale,
        Finding.Level level,
        String match,
        String condition,
        String path,
        String message,
        String found,
        String allowed) {}
