package io.barecount.gateway.runner;

import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.boundary.Placement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything a provider will be asked for, resolved and pinned. It is stored before the call, and the call is made from it alone: a
 * repeat asks for the same, byte for byte.
 *
 * @param token the provider's idempotency token, at most 64 characters; where a provider has none, what the run is found again by
 * @param claimToken what the workload proves with that it is the one that was started; never in an event or in evidence
 * @param settings as they are applied: versions, images, sizes, roles; they stand in the evidence
 * @param placement the network it is put into
 */
public record StartRequest(
        RunnerType runner,
        String region,
        String token,
        String claimToken,
        SortedMap<String, String> settings,
        Placement placement) {
    private static final String PROVIDER = "provider";

    public StartRequest {
        settings = new TreeMap<>(settings);
    }

    public static StartRequest of(
            RunnerType runner,
            String region,
            String token,
            String claimToken,
            Map<String, String> settings,
            Placement placement) {
        return new StartRequest(runner, region, token, claimToken, new TreeMap<>(settings), placement);
    }

    /** Who fulfils it, as the evidence says it. */
    public String provider() {
        return settings.getOrDefault(PROVIDER, "aws");
    }

    public StartRequest by(String provider) {
        var said = new TreeMap<>(settings);
        said.put(PROVIDER, provider);
        return new StartRequest(runner, region, token, claimToken, said, placement);
    }

    /** Whether the token is its claim token; takes the same time for all that are not. */
    public boolean isClaimedWith(String token) {
        return token != null
                && MessageDigest.isEqual(
                        claimToken.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the claim token, so that it is in no log. */
    @Override
    public String toString() {
        return "StartRequest[" + runner + " in " + region + ", token " + token + ", " + settings + ", " + placement
                + "]";
    }

    /** @throws IllegalStateException if it was not resolved: then the request is not one of this runner */
    public String setting(String name) {
        var value = settings.get(name);
        if (value == null) {
            throw new IllegalStateException("the request has no setting " + name);
        }
        return value;
    }
}
