package io.barecount.policy.replay;

import io.barecount.contracts.Money;
import java.time.Instant;
import java.util.List;

/** What came of making a decision again. */
public sealed interface Replayed {
    /** The same rules say the same. */
    record Same(Verdict verdict) implements Replayed {}

    /**
     * Other rules speak, or they weigh otherwise; the verdict may be the same all the same.
     *
     * @param at when it was decided
     * @param speak ids of the rules that say something which they did not say then
     * @param silent ids of the rules that no longer say what they said
     * @param likely what the run is estimated to cost; null if there is no estimate
     */
    record Different(
            String run,
            Instant at,
            String namespace,
            String pipeline,
            String submitter,
            Verdict was,
            Verdict would,
            List<String> speak,
            List<String> silent,
            Money likely)
            implements Replayed {
        public Different {
            speak = List.copyOf(speak);
            silent = List.copyOf(silent);
        }
    }

    /** It can't be made again, and is not guessed at. */
    record Unknown(Why why) implements Replayed {}

    /** Why a decision can't be made again. */
    enum Why {
        FACTS_NOT_KEPT("decided before facts were kept with decisions"),
        BOUNDARY_NOT_KEPT("the version of the boundary that it was decided with was never stored"),
        PRICES_NOT_KEPT("the price book that it was decided with was never stored");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
