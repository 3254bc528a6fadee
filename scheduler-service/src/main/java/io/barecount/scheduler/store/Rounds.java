package io.barecount.scheduler.store;

import io.barecount.contracts.control.Scope;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.admission.Admission;
import io.barecount.scheduler.admission.Control;
import io.barecount.scheduler.admission.Hold;
import io.barecount.scheduler.admission.Lane;
import io.barecount.scheduler.admission.Limits;
import io.barecount.scheduler.admission.Meter;
import io.barecount.scheduler.admission.Queue;
import io.barecount.scheduler.admission.Round;
import io.barecount.scheduler.run.RunInput;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.Session;

/**
 * Rounds of the admission, in the transaction of a stage's batch. What the round reads, and the dispatches that come of it, are of one
 * transaction under one lock of the database: whatever instance holds it sees all that earlier rounds handed out. Attempts that end
 * meanwhile only make room that the next round finds. Who doesn't get the lock does without: the one who has it serves all runs.
 *
 * <p>A round reads sums over the runs that have attempts out, and the heads of the lanes: its cost doesn't grow with the number of runs
 * that wait, nor with their tasks.
 */
@ApplicationScoped
public class Rounds implements Stage.AfterBatch<RunInput> {
    /** Any number that nothing else locks in this database. */
    private static final long LOCK = 0x62617265_61646d69L;

    /** Dispatches of one transaction. */
    private static final int GRANTED_MAX = 500;

    /** Heads of all lanes together, about. */
    private static final int HEADS = 1000;

    private static final int HEADS_OF_LANE_MIN = 4;

    private static final String USE = "use/";
    private static final String STARTS = "starts/";

    private static final String LANES = """
            with recursive lane as (
              (select namespace, pipeline, runner_type, boundary from runs where wanted > 0
               order by namespace, pipeline, runner_type, boundary limit 1)
              union all
              select later.* from lane cross join lateral (
                select r.namespace, r.pipeline, r.runner_type, r.boundary from runs r
                where r.wanted > 0 and (r.namespace, r.pipeline, r.runner_type, r.boundary)
                  > (lane.namespace, lane.pipeline, lane.runner_type, lane.boundary)
                order by r.namespace, r.pipeline, r.runner_type, r.boundary limit 1) later
            )
            select namespace, pipeline, runner_type, boundary from lane
            """;

    private static final String HEADS_OF_LANES = """
            select lane.namespace, lane.pipeline, lane.runner_type, lane.boundary,
                   head.id, head.wanted, head.rank, head.task_cost
            from unnest(?, ?, ?, ?) as lane (namespace, pipeline, runner_type, boundary)
            cross join lateral (
              select id, wanted, rank, task_cost from runs r
              where r.wanted > 0 and r.namespace = lane.namespace and r.pipeline = lane.pipeline
                and r.runner_type = lane.runner_type and r.boundary = lane.boundary
              order by r.rank, r.id limit ?) head
            """;

    /** Runs whose attempts make room, locked; with how many are needed beyond those that are being stopped already. */
    private static final String PREEMPTED = """
            with urgent as (
              select id, namespace, priority, wanted from runs
              where wanted > 0 and namespace = ? and pipeline = ? and runner_type = ? and boundary = ?
              order by rank, id limit 1
            )
            select r.id, r.preemptible, urgent.id as urgent,
              urgent.wanted - (select coalesce(sum(s.preempting), 0) from runs s
                               where s.preempting > 0 and s.namespace = urgent.namespace and %1$s) as needed
            from urgent join runs r on r.namespace = urgent.namespace and r.priority < urgent.priority
            where r.preemptible > 0 and %2$s
            order by r.priority, r.rank desc limit 50
            for update of r skip locked
            """;

    private final EntityManager entities;
    private final SchedulerConfig config;

    Rounds(EntityManager entities, SchedulerConfig config) {
        this.entities = entities;
        this.config = config;
    }

    /** What all limits, meters and sums are at this moment, read without the lock: enough to explain, not to decide. */
    public record Picture(
            Admission admission, Map<Lane, Integer> held, Map<String, Meter> used, Map<Scope, Meter> starts) {}

    @Override
    public List<Input<RunInput>> next(Instant now) {
        entities.flush();
        return entities.unwrap(Session.class).doReturningWork(connection -> {
            if (!isAnythingWanted(connection) || !lock(connection)) {
                return List.of();
            }
            var picture = picture(connection);
            var round = picture.admission()
                    .round(queues(connection), picture.held(), picture.used(), picture.starts(), now, GRANTED_MAX);
            var inputs = new ArrayList<Input<RunInput>>();
            var free = lockRuns(connection, round.grants().keySet());
            round.grants().forEach((run, attempts) -> {
                if (free.contains(run)) {
                    inputs.add(new Input<>(run, new RunInput.Granted(attempts), UUID.fromString(run), null));
                }
            });
            store(connection, round);
            for (var blocked : round.blocked().entrySet()) {
                if (blocked.getValue() instanceof Hold.Full full) {
                    inputs.addAll(preempt(connection, blocked.getKey(), full.scope()));
                }
            }
            return inputs;
        });
    }

    /**
     * Makes room in a full scope for the most urgent run of a lane, by stopping what its own namespace has out of lower priority and may
     * be stopped: the lowest first, of these what came last. Shares between namespaces stay as they are.
     */
    private static List<Input<RunInput>> preempt(Connection connection, Lane lane, Scope scope) throws SQLException {
        var inputs = new ArrayList<Input<RunInput>>();
        try (var select = connection.prepareStatement(PREEMPTED.formatted(
                Controls.condition(scope, "s.", "?", "?"), Controls.condition(scope, "r.", "?", "?")))) {
            var parts = Controls.parts(scope);
            select.setString(1, lane.namespace());
            select.setString(2, lane.pipeline());
            select.setString(3, lane.runnerType().name());
            select.setString(4, lane.boundary());
            for (var i = 0; i < parts.size(); i++) {
                select.setString(5 + i, parts.get(i));
                select.setString(5 + parts.size() + i, parts.get(i));
            }
            try (var rows = select.executeQuery()) {
                var needed = 0;
                while (rows.next()) {
                    needed = inputs.isEmpty() && needed == 0 ? rows.getInt("needed") : needed;
                    var attempts = Math.min(needed, rows.getInt("preemptible"));
                    if (attempts <= 0) {
                        break;
                    }
                    needed -= attempts;
                    inputs.add(new Input<>(
                            rows.getString("id"),
                            new RunInput.Preempt(attempts, "run " + rows.getString("urgent") + " is more urgent"),
                            UUID.fromString(rows.getString("id")),
                            null));
                }
            }
        }
        return inputs;
    }

    /** Within a transaction. */
    public Picture picture() {
        return entities.unwrap(Session.class).doReturningWork(this::picture);
    }

    private Picture picture(Connection connection) throws SQLException {
        var used = new HashMap<String, Meter>();
        var starts = new HashMap<Scope, Meter>();
        try (var select = connection.prepareStatement("select id, value, at from meters");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                var id = rows.getString(1);
                var meter = new Meter(rows.getDouble(2), rows.getTimestamp(3).toInstant());
                if (id.startsWith(USE)) {
                    used.put(id.substring(USE.length()), meter);
                } else {
                    starts.put(Scope.parse(id.substring(STARTS.length())), meter);
                }
            }
        }
        var admission =
                new Admission(new Limits(controls(connection), mostByKind(config.limits())), config.shareHalfLife());
        return new Picture(admission, held(connection), used, starts);
    }

    /** Kinds without a limit are missing. */
    private static Map<Scope.Kind, Integer> mostByKind(SchedulerConfig.Limits limits) {
        var most = new EnumMap<Scope.Kind, Integer>(Scope.Kind.class);
        most.put(Scope.Kind.PLATFORM, limits.platform());
        limits.namespace().ifPresent(limit -> most.put(Scope.Kind.NAMESPACE, limit));
        limits.pipeline().ifPresent(limit -> most.put(Scope.Kind.PIPELINE, limit));
        limits.runnerType().ifPresent(limit -> most.put(Scope.Kind.RUNNER_TYPE, limit));
        limits.boundary().ifPresent(limit -> most.put(Scope.Kind.BOUNDARY, limit));
        limits.pool().ifPresent(limit -> most.put(Scope.Kind.POOL, limit));
        return most;
    }

    private static boolean isAnythingWanted(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select exists (select 1 from runs where wanted > 0)");
                var rows = select.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select pg_try_advisory_xact_lock(?)")) {
            select.setLong(1, LOCK);
            try (var rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static List<Control> controls(Connection connection) throws SQLException {
        var controls = new ArrayList<Control>();
        try (var select = connection.prepareStatement(
                        "select id, mode, reason, most, least, starts_per_second, weight from controls");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                var open = rows.getString("mode").equals("OPEN");
                controls.add(new Control(
                        Scope.parse(rows.getString("id")),
                        open ? null : rows.getString("mode").toLowerCase(Locale.ROOT) + ": " + rows.getString("reason"),
                        rows.getObject("most", Integer.class),
                        rows.getObject("least", Integer.class),
                        rows.getObject("starts_per_second", Double.class),
                        rows.getDouble("weight")));
            }
        }
        return controls;
    }

    private static Map<Lane, Integer> held(Connection connection) throws SQLException {
        var held = new HashMap<Lane, Integer>();
        try (var select = connection.prepareStatement(
                        "select namespace, pipeline, runner_type, boundary, sum(held) from runs where held > 0"
                                + " group by namespace, pipeline, runner_type, boundary");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                held.put(lane(rows), rows.getInt(5));
            }
        }
        return held;
    }

    private static List<Queue> queues(Connection connection) throws SQLException {
        var lanes = new ArrayList<Lane>();
        try (var select = connection.prepareStatement(LANES);
                var rows = select.executeQuery()) {
            while (rows.next()) {
                lanes.add(lane(rows));
            }
        }
        var heads = new LinkedHashMap<Lane, List<Queue.Candidate>>();
        try (var select = connection.prepareStatement(HEADS_OF_LANES)) {
            setTexts(select, 1, lanes.stream().map(Lane::namespace).toArray(String[]::new));
            setTexts(select, 2, lanes.stream().map(Lane::pipeline).toArray(String[]::new));
            setTexts(
                    select,
                    3,
                    lanes.stream().map(lane -> lane.runnerType().name()).toArray(String[]::new));
            setTexts(select, 4, lanes.stream().map(Lane::boundary).toArray(String[]::new));
            select.setInt(5, Math.max(HEADS_OF_LANE_MIN, HEADS / Math.max(1, lanes.size())));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    heads.computeIfAbsent(lane(rows), lane -> new ArrayList<>())
                            .add(new Queue.Candidate(
                                    rows.getString("id"),
                                    rows.getInt("wanted"),
                                    rows.getTimestamp("rank").toInstant(),
                                    rows.getDouble("task_cost")));
                }
            }
        }
        return heads.entrySet().stream()
                .map(entry -> new Queue(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Those that no other transaction has: it will tell what comes of them. */
    private static Set<String> lockRuns(Connection connection, Set<String> runs) throws SQLException {
        var locked = new HashSet<String>();
        try (var select = connection.prepareStatement(
                "select id from runs where id = any (?) order by id for update skip locked")) {
            setTexts(select, 1, runs.toArray(String[]::new));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    locked.add(rows.getString(1));
                }
            }
        }
        return locked;
    }

    private static void store(Connection connection, Round round) throws SQLException {
        var meters = new LinkedHashMap<String, Meter>();
        round.used().forEach((namespace, meter) -> meters.put(USE + namespace, meter));
        round.starts().forEach((scope, meter) -> meters.put(STARTS + scope, meter));
        try (var upsert = connection.prepareStatement(
                "insert into meters (id, value, at)"
                        + " select * from unnest(?, ?, ?) on conflict (id) do update set value = excluded.value, at = excluded.at")) {
            setTexts(upsert, 1, meters.keySet().toArray(String[]::new));
            upsert.setArray(
                    2,
                    connection.createArrayOf(
                            "float8", meters.values().stream().map(Meter::value).toArray()));
            upsert.setArray(
                    3,
                    connection.createArrayOf(
                            "timestamptz",
                            meters.values().stream()
                                    .map(meter -> Timestamp.from(meter.at()))
                                    .toArray()));
            upsert.executeUpdate();
        }
    }

    private static Lane lane(ResultSet row) throws SQLException {
        return new Lane(
                row.getString("namespace"),
                row.getString("pipeline"),
                RunnerType.valueOf(row.getString("runner_type")),
                row.getString("boundary"));
    }

    private static void setTexts(PreparedStatement statement, int place, String[] texts) throws SQLException {
        statement.setArray(place, statement.getConnection().createArrayOf("text", texts));
    }
}
