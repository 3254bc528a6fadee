package io.barecount.ledger.witness;

import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.store.CosignedCheckpoint;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.witness.WitnessClient.Answer;
import io.barecount.ledger.witness.Witnesses.Witness;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Has the newest checkpoint cosigned, again and again. Never holds up the log: a witness that is away is asked in the next round; one that
 * refuses is an alarm, as it says that the log is not what it was.
 */
@ApplicationScoped
public class Cosigning {
    private static final Logger LOG = Logger.getLogger(Cosigning.class);

    private final Witnesses witnesses;
    private final Log log;
    private final LedgerConfig config;
    private final WitnessClient client = new WitnessClient();
    private final Map<String, Standing> standings = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("cosigning").factory());

    /**
     * Where a witness stands.
     *
     * @param size of what it cosigned last, as far as is known
     * @param at when it last did so for this service; null before
     * @param alarm that the log is not what the witness saw; null if there is none
     * @param away why it can't be asked at present; null if it can
     */
    public record Standing(String name, String address, long size, Instant at, String alarm, String away) {}

    Cosigning(Witnesses witnesses, Log log, LedgerConfig config) {
        this.witnesses = witnesses;
        this.log = log;
        this.config = config;
        for (var witness : witnesses.all()) {
            var name = witness.key().name();
            standings.put(name, new Standing(name, witness.address().toString(), 0, null, null, null));
        }
    }

    void start(@Observes StartupEvent event) {
        if (!witnesses.all().isEmpty()) {
            var every = config.witnessEvery().toMillis();
            timer.scheduleWithFixedDelay(this::round, 0, every, TimeUnit.MILLISECONDS);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    /** In the order of their configuration. */
    public List<Standing> standings() {
        return witnesses.all().stream()
                .map(witness -> standings.get(witness.key().name()))
                .toList();
    }

    public int quorum() {
        return witnesses.quorum();
    }

    private void round() {
        try {
            var newest = log.newest();
            if (newest.isPresent() && newest.get().size() > CosignedCheckpoint.sizeOfLatest()) {
                cosign(newest.get());
            }
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.errorf(e, "having the newest checkpoint cosigned failed; again in %s", config.witnessEvery());
            }
        }
    }

    private void cosign(Log.Signed newest) {
        var lines = new ArrayList<String>();
        for (var witness : witnesses.all()) {
            var standing = ask(witness, newest, lines);
            var before = standings.put(witness.key().name(), standing);
            tell(before, standing);
        }
        if (!lines.isEmpty() && lines.size() >= witnesses.quorum()) {
            CosignedCheckpoint.keep(newest.size(), newest.note() + String.join("", lines), newest.at());
        }
    }

    private Standing ask(Witness witness, Log.Signed newest, List<String> lines) {
        var known = standings.get(witness.key().name());
        try {
            var answer = add(witness, known.size(), newest);
            if (answer instanceof Answer.LastWas last) {
                known = with(known, last.size(), null, null);
                answer = last.size() > newest.size() ? answer : add(witness, last.size(), newest);
            }
            return switch (answer) {
                case Answer.Cosigned cosigned -> {
                    lines.add(cosigned.line() + "\n");
                    yield new Standing(known.name(), known.address(), newest.size(), Instant.now(), null, null);
                }
                case Answer.LastWas last ->
                    with(
                            known,
                            last.size(),
                            last.size() > newest.size()
                                    ? "it cosigned " + last.size() + " entries, the log has " + newest.size()
                                            + ": the log was put back to an earlier state"
                                    : null,
                            null);
                case Answer.Refused refused ->
                    with(
                            known,
                            known.size(),
                            refused.status() == 422
                                    ? "the log of " + newest.size() + " entries does not go on from the " + known.size()
                                            + " that it cosigned: the log was rewritten. It says: " + refused.why()
                                    : null,
                            refused.status() == 422 ? null : "it answers " + refused.status() + ": " + refused.why());
            };
        } catch (IOException e) {
            return with(known, known.size(), known.alarm(), "it can't be reached: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return known;
        }
    }

    private Answer add(Witness witness, long old, Log.Signed newest) throws IOException, InterruptedException {
        if (old > newest.size()) {
            return new Answer.LastWas(old);
        }
        return client.add(witness, old, log.consistency(old, newest.size()), newest.note());
    }

    private static Standing with(Standing known, long size, String alarm, String away) {
        return new Standing(known.name(), known.address(), size, known.at(), alarm, away);
    }

    private static void tell(Standing before, Standing now) {
        if (now.alarm() != null && !now.alarm().equals(before.alarm())) {
            LOG.errorf("witness %s: %s", now.name(), now.alarm());
        } else if (now.away() != null && before.away() == null) {
            LOG.warnf("witness %s is not to be had: %s", now.name(), now.away());
        } else if (now.away() == null && before.away() != null) {
            LOG.infof("witness %s cosigns again", now.name());
        }
    }
}
