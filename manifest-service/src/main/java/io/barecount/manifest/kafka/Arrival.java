package io.barecount.manifest.kafka;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.manifest.submission.Reading;
import java.time.Instant;
import java.util.UUID;

/**
 * A record of the submissions topic, as far as it can be taken apart.
 *
 * @param cause id of the event that the record is, or the run's where it is none of ours
 * @param traceparent may be null
 * @param receivedAt null if nobody said
 * @param content digest of the submission document; of the record's bytes if there is none in it
 */
record Arrival(
        RunId run,
        UUID cause,
        String traceparent,
        Door door,
        String submitter,
        Instant receivedAt,
        Digest content,
        Reading reading) {}
