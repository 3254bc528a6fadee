package io.barecount.gateway.api;

import io.barecount.contracts.AttemptId;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** What workloads print, line by line, in one stream for all runners: category {@code workload}, each line with its attempt. */
@ApplicationScoped
class WorkloadLogs {
    private static final Logger LOG = Logger.getLogger("workload");

    /** Control characters are written as what they are not, so that a line can't pass for another's. */
    void append(AttemptId attempt, String printed) {
        printed.lines().forEach(line -> LOG.infof("%s | %s", attempt, line.replaceAll("[\\p{Cntrl}&&[^\t]]", "?")));
    }
}
