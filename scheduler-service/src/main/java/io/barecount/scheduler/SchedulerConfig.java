package io.barecount.scheduler;

import io.barecount.contracts.control.Scope;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;

/** What can be set of this service, beside what all services have in common. */
@ConfigMapping(prefix = "barecount.scheduler")
public interface SchedulerConfig {
    /** How often it is looked for what has become due, or got room elsewhere: it starts at most this much later than it may. */
    @WithDefault("PT0.1S")
    Duration pollEvery();

    /** For how long a caller waits until what was asked for is stored and told, before it hears that this is not known. */
    @WithDefault("PT30S")
    Duration answerWithin();

    /** In what time a namespace's past use comes to count half beside the others'. */
    @WithDefault("PT5M")
    Duration shareHalfLife();

    /** Attempts out at once, in a scope for which nothing else is set. */
    Limits limits();

    interface Limits {
        /** On the whole platform. */
        @WithDefault("10000")
        int platform();

        /** In each namespace; no limit unless set. */
        OptionalInt namespace();

        /** Of each pipeline; no limit unless set. */
        OptionalInt pipeline();

        /** On each runner type; no limit unless set. */
        OptionalInt runnerType();

        /** In each boundary; no limit unless set. */
        OptionalInt boundary();

        /** In each pool: the runners of one type in one boundary; no limit unless set. */
        OptionalInt pool();

        /** Kinds without a limit are missing. */
        default Map<Scope.Kind, Integer> mostByKind() {
            var most = new EnumMap<Scope.Kind, Integer>(Scope.Kind.class);
            most.put(Scope.Kind.PLATFORM, platform());
            namespace().ifPresent(limit -> most.put(Scope.Kind.NAMESPACE, limit));
            pipeline().ifPresent(limit -> most.put(Scope.Kind.PIPELINE, limit));
            runnerType().ifPresent(limit -> most.put(Scope.Kind.RUNNER_TYPE, limit));
            boundary().ifPresent(limit -> most.put(Scope.Kind.BOUNDARY, limit));
            pool().ifPresent(limit -> most.put(Scope.Kind.POOL, limit));
            return most;
        }
    }
}
