/** Manifests from the broker. */
package io.barecount.policy.kafka;
