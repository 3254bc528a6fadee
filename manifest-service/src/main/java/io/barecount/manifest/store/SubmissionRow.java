package io.barecount.manifest.store;

import io.barecount.manifest.intake.SubmissionState;
import io.barecount.messaging.stage.AggregateRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A submission; its id is the run's. */
@Entity
@Table(name = "submissions")
public class SubmissionRow extends AggregateRow {
    public String namespace;
    public String pipeline;

    void fill(SubmissionState state) {
        switch (state) {
            case SubmissionState.Received received -> {}
            case SubmissionState.Accepted accepted -> {
                namespace = accepted.namespace();
                pipeline = accepted.pipeline();
            }
            case SubmissionState.Rejected rejected -> {
                namespace = rejected.namespace();
                pipeline = rejected.pipeline();
            }
        }
    }
}
