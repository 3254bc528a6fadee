/** What a service tells of itself at {@code /q/metrics}; docs/operations.md says what to read from it. */
package io.barecount.messaging.metrics;
