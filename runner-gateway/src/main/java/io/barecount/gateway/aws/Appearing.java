package io.barecount.gateway.aws;

import java.time.Duration;
import java.time.Instant;

/** Describing calls are eventually consistent: what was started may take minutes to appear (API references of ECS and EC2). */
final class Appearing {
    private static final Duration WITHIN = Duration.ofMinutes(5);

    private Appearing() {}

    static boolean isOver(Instant started, Instant now) {
        return started.plus(WITHIN).isBefore(now);
    }
}
