package io.barecount.scheduler;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** What can be set of this service, beside what all services have in common. */
@ConfigMapping(prefix = "barecount.scheduler")
public interface SchedulerConfig {
    /** How often it is looked for what has become due, or got room elsewhere: it starts at most this much later than it may. */
    @WithDefault("PT0.25S")
    Duration pollEvery();

    /** How often it is looked for schedules whose time has come: they fire at most this much later. */
    @WithDefault("PT0.5S")
    Duration scheduleEvery();

    /** How often it is looked at what pools have to do, for their desired capacity. */
    @WithDefault("PT5S")
    Duration poolEvery();

    /** For how long a caller waits until what was asked for is stored and told, before it hears that this is not known. */
    @WithDefault("PT30S")
    Duration answerWithin();

    /** In what time a namespace's past use comes to count half beside the others'. */
    @WithDefault("PT5M")
    Duration shareHalfLife();

    /** Attempts out at once, in a scope for which nothing else is set. */
    Limits limits();

    interface Limits {
        /** Attempts out at once on the whole platform. */
        @WithDefault("10000")
        int platform();

        /** Attempts out at once in each namespace; no limit unless set. */
        OptionalInt namespace();

        /** Attempts out at once of each pipeline; no limit unless set. */
        OptionalInt pipeline();

        /** Attempts out at once on each runner type; no limit unless set. */
        OptionalInt runnerType();

        /** Attempts out at once in each boundary; no limit unless set. */
        OptionalInt boundary();

        /** Attempts out at once in each pool, the runners of one type in one boundary; no limit unless set. */
        OptionalInt pool();
    }
}
