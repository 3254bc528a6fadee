package io.barecount.manifest.kafka;

/**
 * A topic as the broker has it.
 *
 * @param id given when it was created
 * @param partitions how many
 */
record TopicOnBroker(String name, String id, int partitions) {}
