package io.barecount.gateway.boundary;

import java.util.List;

/**
 * Where in the network something is, or will be.
 *
 * @param vpc null where the provider does not name it
 * @param subnets one of them, if there are several to choose from
 * @param publicAddress whether it can be reached, and can reach out, by an address of its own; null where the provider can't give one
 */
public record Placement(String vpc, List<String> subnets, List<String> securityGroups, Boolean publicAddress) {
    public Placement {
        subnets = subnets == null ? List.of() : List.copyOf(subnets);
        securityGroups = securityGroups == null ? List.of() : List.copyOf(securityGroups);
    }

    @Override
    public String toString() {
        return (vpc == null ? "" : vpc + ", ")
                + "subnets " + subnets
                + (securityGroups.isEmpty() ? "" : ", security groups " + securityGroups)
                + (publicAddress == null ? "" : publicAddress ? ", a public address" : ", no public address");
    }
}
