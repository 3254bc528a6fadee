package io.barecount.scheduler.admission;

import java.time.Duration;
import java.time.Instant;

/** A quantity that changes by itself with time, as it stood at one. */
public record Meter(double value, Instant at) {
    /** Halves once in every half-life. */
    double decayed(Instant now, Duration halfLife) {
        return value * Math.pow(0.5, seconds(now) / (halfLife.toMillis() / 1000.0));
    }

    /** Grows at a rate up to a most. */
    double filled(Instant now, double perSecond, double most) {
        return Math.min(most, value + seconds(now) * perSecond);
    }

    private double seconds(Instant now) {
        return Math.max(0, Duration.between(at, now).toMillis() / 1000.0);
    }
}
