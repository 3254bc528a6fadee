package io.barecount.scheduler.run;

/** Why a run that still has attempts out will dispatch nothing more, and how it will end. */
public sealed interface Ending {
    String reason();

    record Failing(String reason) implements Ending {}

    record Cancelling(String reason) implements Ending {}
}
