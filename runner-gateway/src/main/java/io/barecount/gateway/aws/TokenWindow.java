package io.barecount.gateway.aws;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** For how long a repeated call is recognised by its token: 24 hours with ECS and EC2, less what clocks may differ by. */
final class TokenWindow {
    private static final Duration RECOGNISED = Duration.ofHours(23);

    private TokenWindow() {}

    static boolean isOver(Instant firstSent) {
        return firstSent.plus(RECOGNISED).isBefore(Clock.systemUTC().instant());
    }
}
