package io.barecount.manifest.submission;

import io.barecount.contracts.RunId;

/** A record asks for a run that another submission asked for before: it is no repeat, and there can't be two runs of one id. */
public final class OtherContent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherContent(RunId run) {
        super("run " + run + " was submitted before with other content; submit this with an id of its own");
    }
}
