package io.barecount.gateway.api;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.AgentRequest;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence.AgentStatement;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.agent.Agent;
import io.barecount.gateway.store.AgentRow;
import io.barecount.messaging.http.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.time.Clock;
import java.util.List;

/** What agents say, let through only if it is theirs to say. */
@ApplicationScoped
class AgentWords {
    private final GatewayConfig config;

    AgentWords(GatewayConfig config) {
        this.config = config;
    }

    /** What an agent said in its latest session. */
    record Heard<T>(Agent agent, T body) {}

    /**
     * @param path that it was sent to, as the agent knows it
     * @throws WebApplicationException with a {@link Problem} if it is not to be listened to
     */
    <T> Heard<T> hear(Envelope envelope, String path, Class<T> type) {
        var agent = agent(peek(envelope).agent());
        try {
            var request = agent.heardInSession(envelope, path, Clock.systemUTC().instant(), config.agentClockSkew());
            return new Heard<>(agent, Json.fromTree(request.body(), type));
        } catch (Agent.Refused e) {
            throw problem(e);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "agent-request", "No such request", e.getMessage())
                    .exception();
        }
    }

    /**
     * What it reports of an attempt, by a statement that stays as evidence.
     *
     * @throws WebApplicationException if it did not sign it
     */
    Report report(Agent agent, AttemptId attempt, Envelope statement) {
        try {
            var found = statement.verify(List.of(agent.key()));
            if (!Report.PREDICATE_TYPE.equals(found.predicateType())) {
                throw new NotProven(
                        "a statement of type " + found.predicateType() + ", expected " + Report.PREDICATE_TYPE);
            }
            if (!found.subject().stream().allMatch(subject -> subject.name().equals(attempt.toString()))) {
                throw new NotProven("a statement about " + found.subject() + ", expected " + attempt);
            }
            var report = Json.fromTree(found.predicate(), Report.class);
            if (!agent.id().equals(report.agent())) {
                throw new NotProven("the report of " + report.agent());
            }
            return report;
        } catch (NotProven | IllegalArgumentException e) {
            throw Problem.of(
                            400,
                            "agent-report",
                            "No report of this agent's",
                            agent.id() + " sent " + e.getMessage() + ".")
                    .exception();
        }
    }

    static AgentStatement statement(Agent agent, Envelope envelope) {
        return new AgentStatement(agent.key().toPem(), envelope);
    }

    /** Whether it may still be given work: neither revoked nor drained, nor superseded, since it asked. */
    boolean isStillHeard(Agent asked) {
        var now = agent(asked.id());
        return now.revoked() == null && now.session() == asked.session() && now.draining() == asked.draining();
    }

    static AgentRequest peek(Envelope envelope) {
        try {
            return envelope.peek(AgentRequest.class);
        } catch (RuntimeException e) {
            throw Problem.of(
                            400,
                            "agent-request",
                            "No agent's request",
                            "An envelope with a signed request is expected, found: " + e.getMessage())
                    .exception();
        }
    }

    static Agent agent(String id) {
        var row = QuarkusTransaction.requiringNew().call(() -> AgentRow.<AgentRow>findById(id));
        if (row == null) {
            throw unknown(id);
        }
        return row.agent();
    }

    static WebApplicationException unknown(String id) {
        return Problem.of(
                        404,
                        "agent-unknown",
                        "Unknown agent",
                        "There is no agent " + id
                                + ". ./barecount agent list shows those there are; one is made known with"
                                + " a token of ./barecount agent token.")
                .exception();
    }

    static WebApplicationException problem(Agent.Refused refused) {
        return Problem.of(refused.status(), refused.code(), "The agent is refused", refused.getMessage())
                .exception();
    }
}
