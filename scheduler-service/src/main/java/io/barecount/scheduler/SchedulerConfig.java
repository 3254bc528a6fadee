package io.barecount.scheduler;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set of this service, beside what all services have in common. */
@ConfigMapping(prefix = "barecount.scheduler")
public interface SchedulerConfig {
    /** How often retries are looked for that have become due: a retry starts at most this much later than it may. */
    @WithDefault("PT0.25S")
    Duration retryPollEvery();

    /** For how long a caller waits until a cancellation is stored and told, before it hears that this is not known. */
    @WithDefault("PT30S")
    Duration answerWithin();
}
