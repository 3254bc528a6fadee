package io.barecount.manifest.subscription;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.manifest.window.TriggerId;

/** A topic that the current version of a pipeline subscribes to. */
public record Subscription(TriggerId id, Manifest.Subscription declared) {
    public String topic() {
        return declared.topic();
    }
}
