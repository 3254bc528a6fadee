package io.barecount.contracts.manifest;

/**
 * One thing that is wrong with a manifest.
 *
 * @param code stable, lower-case with hyphens, such as {@code unknown-field}
 * @param pointer JSON pointer (RFC 6901) to the place
 * @param line from 1; 0 if unknown
 * @param column from 1; 0 if unknown
 * @param message what is wrong and what was found
 * @param hint what to do about it
 */
public record Violation(String code, String pointer, int line, int column, String message, String hint) {}
