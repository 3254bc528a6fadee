package io.barecount.policy.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.event.Json;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.Replays;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.replay.Report;
import io.barecount.policy.store.RecordedDecisions.Range;
import io.barecount.policy.store.Versions;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What other rules would have made of the decisions that are kept. Changes nothing. */
@Path("/policies/replays")
@Blocking
public class ReplaysResource {
    private static final Logger LOG = Logger.getLogger(ReplaysResource.class);
    private static final String EXAMPLE = "{\"version\": \"sha256:3f2a9c\", \"since\": \"30d\"}";
    private static final long TELL_EVERY = TimeUnit.MILLISECONDS.toNanos(200);

    private final LiveGovernance governance;
    private final Versions versions;
    private final Replays replays;

    ReplaysResource(LiveGovernance governance, Versions versions, Replays replays) {
        this.governance = governance;
        this.versions = versions;
        this.replays = replays;
    }

    /** One line of the answer; the last one has the report, or the problem that it ended with. */
    public record Line(Progress progress, Report report, Problem problem) {}

    public record Progress(long decisions, long of) {}

    /**
     * Judges all decisions of a time again, with their boundary and prices as they stood: {@code files} or {@code version} says by which rules,
     * {@code since} (a time back from now; all, if it is left out) and {@code namespace} say which decisions. The answer is one JSON object a
     * line, as it goes on.
     */
    @POST
    @Allow(
            value = {Role.GOVERNANCE, Role.AUDITOR},
            in = Allow.Scope.PLATFORM)
    @Consumes(MediaType.WILDCARD)
    @Produces("application/x-ndjson")
    public StreamingOutput replay(String body) {
        var asked = JsonBody.of(body, EXAMPLE);
        var candidate = Candidates.named(asked, governance, versions);
        var now = Instant.now();
        var range = new Range(
                asked.has("since") ? now.minus(CostsResource.duration(asked.text("since"))) : Instant.EPOCH,
                now,
                asked.has("namespace") ? asked.text("namespace") : null);
        return out -> write(candidate, range, out);
    }

    private void write(Governance candidate, Range range, OutputStream out) throws IOException {
        var told = new long[] {System.nanoTime() - TELL_EVERY};
        try {
            var report = replays.run(candidate, range, (decisions, of) -> {
                if (System.nanoTime() - told[0] >= TELL_EVERY) {
                    told[0] = System.nanoTime();
                    tell(out, new Line(new Progress(decisions, of), null, null));
                }
            });
            tell(out, report.map(done -> new Line(null, done, null)).orElseGet(ReplaysResource::busy));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            LOG.errorf(e, "a replay ended early");
            tell(
                    out,
                    new Line(
                            null,
                            null,
                            Problem.of(500, "replay-failed", "The replay ended early", "See the log of the service.")));
        }
    }

    private static Line busy() {
        return new Line(
                null,
                null,
                Problem.of(
                        409,
                        "replay-under-way",
                        "Another replay is under way",
                        "One at a time uses all processors of an instance: ask again when it is over."));
    }

    private static void tell(OutputStream out, Line line) {
        try {
            out.write((Json.text(line) + "\n").getBytes(UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
