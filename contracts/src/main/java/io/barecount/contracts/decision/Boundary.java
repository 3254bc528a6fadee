package io.barecount.contracts.decision;

import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import java.util.List;

/**
 * A governed network profile, owned by the network team. A manifest names one and cannot invent one.
 *
 * @param region where its runners are; {@code onprem} for none of the cloud's
 * @param subnets and {@code securityGroups}, {@code endpoints}: what a provider call must use, nothing else
 * @param endpoints PrivateLink endpoints, peering connections or tunnels, by model
 * @param allowedRunners the runner types that may work inside it
 * @param cidrs addresses of its own network; null where nothing is said of them
 * @param peers the networks that its peering connections and tunnels lead to; null where nothing is said of them
 */
public record Boundary(
        String name,
        NetworkModel model,
        String region,
        String vpc,
        List<String> subnets,
        List<String> securityGroups,
        List<String> endpoints,
        Egress egress,
        List<RunnerType> allowedRunners,
        String owner,
        List<String> cidrs,
        List<Peer> peers) {
    public Boundary {
        subnets = subnets == null ? List.of() : List.copyOf(subnets);
        securityGroups = securityGroups == null ? List.of() : List.copyOf(securityGroups);
        endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
        allowedRunners = allowedRunners == null ? List.of() : List.copyOf(allowedRunners);
        cidrs = cidrs == null ? null : List.copyOf(cidrs);
        peers = peers == null ? null : List.copyOf(peers);
    }

    /** One of which no addresses are known. */
    public Boundary(
            String name,
            NetworkModel model,
            String region,
            String vpc,
            List<String> subnets,
            List<String> securityGroups,
            List<String> endpoints,
            Egress egress,
            List<RunnerType> allowedRunners,
            String owner) {
        this(name, model, region, vpc, subnets, securityGroups, endpoints, egress, allowedRunners, owner, null, null);
    }

    /** Its version. */
    public Digest digest() {
        return Digest.ofCanonical(this);
    }

    /** @param allow {@code host:port} peers that may be reached; empty means none at all */
    public record Egress(List<String> allow) {
        public Egress {
            allow = allow == null ? List.of() : List.copyOf(allow);
        }
    }

    /**
     * Another network.
     *
     * @param via which of the endpoints leads there
     * @param cidrs its addresses; traffic for others has no business on this way
     */
    public record Peer(String name, String via, List<String> cidrs) {
        public Peer {
            cidrs = List.copyOf(cidrs);
        }
    }
}
