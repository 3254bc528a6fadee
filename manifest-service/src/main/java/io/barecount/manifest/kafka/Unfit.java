package io.barecount.manifest.kafka;

/** A record of a topic that a pipeline subscribes to, which can't become a run. */
final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfit(String why) {
        super(why);
    }
}
