package io.barecount.gateway.runner;

/** Lets through what a {@link Rate} allows. Told the time, in nanoseconds of a clock that never goes back. */
public final class TokenBucket {
    private static final double SECOND = 1e9;

    private final Rate rate;
    private double tokens;
    private long filledAt;

    public TokenBucket(Rate rate, long now) {
        this.rate = rate;
        this.tokens = rate.burst();
        this.filledAt = now;
    }

    public synchronized boolean take(long now) {
        fill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Zero if the next call may be made now. */
    public synchronized long nanosToNext(long now) {
        fill(now);
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / rate.perSecond() * SECOND);
    }

    private void fill(long now) {
        if (now > filledAt) {
            tokens = Math.min(rate.burst(), tokens + (now - filledAt) / SECOND * rate.perSecond());
            filledAt = now;
        }
    }
}
