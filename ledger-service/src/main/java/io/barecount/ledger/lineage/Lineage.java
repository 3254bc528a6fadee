package io.barecount.ledger.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest.DataSet;
import io.barecount.ledger.view.RunView;
import io.barecount.ledger.view.Status.State;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A run as OpenLineage run events: START, and one of COMPLETE, FAIL and ABORT. A run that was denied never starts; its ABORT says so.
 *
 * <p>Made of the audit record as soon as that knows what the event has to say: topics are read side by side, so that the end of a run
 * may be known before what it was to do.
 */
public final class Lineage {
    static final String PRODUCER = "https://barecount.io/runners";
    static final String SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    private static final String FACETS = "https://barecount.io/openlineage/";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Lineage() {}

    /** What is to be told now. */
    public record Due(Told told, List<JsonNode> events) {}

    /** @param told so far */
    public static Due of(RunView view, Told told) {
        var events = new ArrayList<JsonNode>();
        var now = told;
        if (view.declared() == null || view.namespace() == null || view.pipeline() == null) {
            return new Due(now, events);
        }
        if (now == Told.NOTHING && view.work().startedAt() != null && view.decided() != null) {
            events.add(event(view, "START", view.work().startedAt()));
            now = Told.START;
        }
        if (now != Told.END && isWhole(view)) {
            events.add(event(view, ending(view.status().state()), view.status().at()));
            now = Told.END;
        }
        return new Due(now, events);
    }

    /** Whether it has ended, and what was dispatched is known to have: the topics of attempts may be read behind the runs'. */
    private static boolean isWhole(RunView view) {
        var work = view.work();
        var status = view.status();
        return status != null
                && status.settled()
                && view.decided() != null
                && work.succeeded() + work.failed() + work.stopped() >= work.attempts()
                && (status.state() != State.SUCCEEDED || hasSucceeded(view));
    }

    private static boolean hasSucceeded(RunView view) {
        var tolerated = view.status().failedTasks() == null ? 0 : view.status().failedTasks();
        return view.work().startedAt() != null
                && view.work().succeeded() >= view.work().tasks() - tolerated;
    }

    private static String ending(State state) {
        return switch (state) {
            case SUCCEEDED -> "COMPLETE";
            case FAILED -> "FAIL";
            case CANCELLED, DENIED, REJECTED -> "ABORT";
            case SUBMITTED, ACCEPTED, HELD, PERMITTED, QUEUED, RUNNING ->
                throw new IllegalArgumentException("no end: " + state);
        };
    }

    private static ObjectNode event(RunView view, String type, Instant at) {
        var event = NODES.objectNode();
        event.put("eventType", type);
        event.put("eventTime", at.toString());
        event.put("producer", PRODUCER);
        event.put("schemaURL", SCHEMA);
        var run = event.putObject("run");
        run.put("runId", view.run().toString());
        run.set("facets", runFacets(view, !type.equals("START")));
        var job = event.putObject("job");
        job.put("namespace", view.namespace());
        job.put("name", view.pipeline());
        job.set("facets", jobFacets(view));
        event.set("inputs", datasets(view.declared().inputs()));
        event.set("outputs", datasets(view.declared().outputs()));
        return event;
    }

    private static ObjectNode runFacets(RunView view, boolean hasEnded) {
        var facets = NODES.objectNode();
        facets.set("barecount_runner", runner(view));
        facets.set("barecount_network", network(view));
        facets.set("barecount_decision", decision(view));
        var engine = facet(
                "https://openlineage.io/spec/facets/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet");
        engine.put("version", "1").put("name", "BareCount Runners");
        facets.set("processing_engine", engine);
        if (hasEnded) {
            facets.set("barecount_cost", cost(view));
        }
        if (hasEnded && view.status().reason() != null) {
            var error = facet(
                    "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet");
            error.put("message", view.status().reason()).put("programmingLanguage", "none");
            facets.set("errorMessage", error);
        }
        return facets;
    }

    private static ObjectNode runner(RunView view) {
        var runner = own("runner");
        runner.set("type", Json.tree(view.declared().runner()));
        runner.set("providers", Json.tree(view.work().providers()));
        runner.set("instances", Json.tree(view.work().runners()));
        return runner;
    }

    private static ObjectNode network(RunView view) {
        var network = own("network");
        network.set("model", Json.tree(view.declared().network()));
        network.put("boundary", view.declared().boundary());
        network.set("requested", Json.tree(view.work().network().requested()));
        network.set("applied", Json.tree(view.work().network().applied()));
        network.set("observed", Json.tree(view.work().network().observed()));
        return network;
    }

    private static ObjectNode decision(RunView view) {
        var decided = view.decided();
        var decision = own("decision");
        decision.put("permitted", decided.permitted());
        decision.put("at", decided.at().toString());
        decision.set("policySet", Json.tree(decided.policySet()));
        decision.set("rules", Json.tree(decided.rules()));
        decision.set("findings", Json.tree(decided.findings()));
        if (decided.permit() != null) {
            decision.put("permit", decided.permit().toString());
        }
        return decision;
    }

    private static ObjectNode cost(RunView view) {
        var cost = own("cost");
        cost.put("costCenter", view.declared().costCenter());
        if (view.status().cost() != null) {
            cost.set("actual", Json.tree(view.status().cost()));
        }
        if (view.decided().estimate() != null) {
            cost.set("estimated", Json.tree(view.decided().estimate().likely()));
        }
        return cost;
    }

    private static ObjectNode jobFacets(RunView view) {
        var facets = NODES.objectNode();
        var type = facet("https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet");
        type.put("processingType", "BATCH").put("integration", "BARECOUNT").put("jobType", "PIPELINE");
        facets.set("jobType", type);
        if (view.declared().team() != null) {
            var ownership =
                    facet("https://openlineage.io/spec/facets/1-0-1/OwnershipJobFacet.json#/$defs/OwnershipJobFacet");
            ownership
                    .putArray("owners")
                    .addObject()
                    .put("name", "team:" + view.declared().team());
            facets.set("ownership", ownership);
        }
        return facets;
    }

    /** By OpenLineage's naming: where it lies, and its name there. */
    private static JsonNode datasets(List<DataSet> sets) {
        var nodes = NODES.arrayNode();
        for (var set : sets) {
            var node = nodes.addObject();
            var uri = parsed(set.uri());
            var isPlace = uri != null && uri.getScheme() != null;
            var authority = isPlace && uri.getAuthority() != null ? "://" + uri.getAuthority() : "";
            node.put("namespace", isPlace ? uri.getScheme() + authority : "file");
            node.put("name", isPlace ? path(uri) : set.uri());
        }
        return nodes;
    }

    private static URI parsed(String uri) {
        try {
            return URI.create(uri);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String path(URI uri) {
        var path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
        return path == null || path.isEmpty() || path.equals("/") ? "/" : path.replaceFirst("^/(?=.)", "");
    }

    private static ObjectNode facet(String schema) {
        return NODES.objectNode().put("_producer", PRODUCER).put("_schemaURL", schema);
    }

    private static ObjectNode own(String name) {
        return facet(FACETS + name + "-1.json");
    }
}
