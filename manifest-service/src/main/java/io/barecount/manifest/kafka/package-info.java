/** The door of those who publish to {@code barecount.submissions}: this service's own API, and anyone who may write to the topic. */
package io.barecount.manifest.kafka;
