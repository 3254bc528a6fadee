package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.decision.Finding;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.evaluation.Rules;
import io.barecount.policy.exemption.ExemptionState;
import io.barecount.policy.store.ExemptionRow;
import io.barecount.policy.store.ExemptionStore;
import io.barecount.policy.store.ExemptionStore.Alone;
import io.barecount.policy.store.ExemptionStore.Uses;
import io.barecount.policy.store.Firings;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What has gathered: exemptions that were to be for a while, and rules that nobody needs or that nobody feels any more. */
@Path("/policies/debt")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class DebtResource {
    private static final int LISTED_MAX = 500;

    private final LiveGovernance live;
    private final ExemptionStore exemptions;
    private final Firings firings;

    DebtResource(LiveGovernance live, ExemptionStore exemptions, Firings firings) {
        this.live = live;
        this.exemptions = exemptions;
        this.firings = firings;
    }

    /**
     * @param exemptions that are proposed or hold, the oldest first
     * @param neverFired rules of what decides now, those that are silent the longest first
     * @param hanging permits since {@code since} that hang on one exemption alone
     * @param more whether there are more exemptions, or more that permits hang on, than were listed
     */
    public record Debt(
            Instant since, List<Aged> exemptions, List<Silent> neverFired, List<Hanging> hanging, boolean more) {}

    /**
     * @param days since it was proposed
     * @param earlier granted exemptions for the same rule, namespace and pipeline before it
     * @param idle why it lets nothing pass, though nobody has ended it; null if it may
     */
    public record Aged(ExemptionsResource.Answer exemption, long days, int earlier, String idle) {}

    /** @param since when this is counted: the rule was stored then, or counting began */
    public record Silent(String rule, String policySet, String owner, Finding.Level level, Instant since) {}

    /** @param rule that they pass by */
    public record Hanging(String exemption, String rule, String owner, long permits, long goingOn, Instant last) {}

    @GET
    @Allow(
            value = {Role.GOVERNANCE, Role.AUDITOR},
            in = Allow.Scope.PLATFORM)
    public Debt debt(@QueryParam("since") @DefaultValue("P30D") String since) {
        var now = Instant.now();
        var from = now.minus(CostsResource.duration(since));
        var rules = live.now().rules();
        var open = QuarkusTransaction.requiringNew().call(() -> ExemptionRow.open(LISTED_MAX + 1));
        var alone = exemptions.permitsOnOne(from, LISTED_MAX + 1);
        var uses = exemptions.uses(
                open.stream().map(aged -> aged.state().exemption().id()).toList());
        return new Debt(
                from,
                open.stream()
                        .limit(LISTED_MAX)
                        .map(aged -> aged(aged, uses, rules, now))
                        .toList(),
                neverFired(rules),
                alone.stream().limit(LISTED_MAX).map(DebtResource::hanging).toList(),
                open.size() > LISTED_MAX || alone.size() > LISTED_MAX);
    }

    private static Aged aged(ExemptionRow.Aged aged, Map<String, Uses> uses, Rules rules, Instant now) {
        var state = aged.state();
        return new Aged(
                ExemptionsResource.Answer.of(
                        state, uses.getOrDefault(state.exemption().id(), Uses.NONE)),
                Duration.between(state.proposedAt(), now).toDays(),
                aged.earlier(),
                idle(state, rules, now));
    }

    private static String idle(ExemptionState state, Rules rules, Instant now) {
        var rule = rules.rule(state.exemption().rule());
        if (rule.isEmpty()) {
            return "there is no such rule any more";
        }
        if (Boolean.FALSE.equals(rule.get().exemptible())) {
            return "the rule is exemptible no more";
        }
        if (rule.get().level() == Finding.Level.ADVISE) {
            return "the rule only advises";
        }
        return now.isBefore(state.exemption().from()) ? "it has not begun" : null;
    }

    private List<Silent> neverFired(Rules rules) {
        var ids = rules.sets().stream()
                .flatMap(set -> set.rules().stream())
                .map(rule -> rule.id())
                .toList();
        var spoke = firings.last(ids);
        var stored = firings.firstStored(ids);
        var counted = firings.countedSince();
        var silent = new ArrayList<Silent>();
        for (var set : rules.sets()) {
            for (var rule : set.rules()) {
                if (!spoke.containsKey(rule.id())) {
                    var known = stored.getOrDefault(rule.id(), counted);
                    silent.add(new Silent(
                            rule.id(),
                            set.name(),
                            rule.owner(),
                            rule.level(),
                            known.isAfter(counted) ? known : counted));
                }
            }
        }
        silent.sort(Comparator.comparing(Silent::since));
        return silent;
    }

    private static Hanging hanging(Alone alone) {
        var exemption = QuarkusTransaction.requiringNew()
                .call(() -> ExemptionRow.stateOf(alone.exemption()).orElseThrow())
                .exemption();
        return new Hanging(
                alone.exemption(), exemption.rule(), exemption.owner(), alone.permits(), alone.goingOn(), alone.last());
    }
}
