package io.barecount.cli.verify;

/**
 * Something that does not verify.
 *
 * @param entry its index; null if it is about the log as a whole
 * @param topic and {@code offset} ({@code partition@offset}) as the entry itself says; null if it can't be read
 */
public record Finding(Long entry, String topic, String offset, String problem) {}
