package io.barecount.gateway.boundary;

import java.util.List;

/**
 * What a cloud's own records say of the network that a boundary names, as far as it bears on whether data can leave it. Only what was
 * asked for and found is in it.
 *
 * @param routes of the route tables that the boundary's subnets use
 * @param endpoints the PrivateLink endpoints, peering connections and tunnels that the boundary names
 */
public record BoundaryFacts(
        List<Subnet> subnets, List<SecurityGroup> securityGroups, List<Route> routes, List<Endpoint> endpoints) {
    public BoundaryFacts {
        subnets = List.copyOf(subnets);
        securityGroups = List.copyOf(securityGroups);
        routes = List.copyOf(routes);
        endpoints = List.copyOf(endpoints);
    }

    /** @param routeTable that it uses; null if none could be found */
    public record Subnet(String id, String vpc, String routeTable) {}

    /** @param egress address ranges that it lets traffic out to */
    public record SecurityGroup(String id, String vpc, List<String> egress) {
        public SecurityGroup {
            egress = List.copyOf(egress);
        }
    }

    /**
     * @param target id of a gateway, peering connection or network interface; {@code local} within the VPC
     * @param blackhole whether the target is gone
     */
    public record Route(String routeTable, String destination, String target, boolean blackhole) {}

    /**
     * @param usable whether the provider says that it carries traffic
     * @param state in the provider's words
     * @param vpcs that it connects, of those that the provider shows
     */
    public record Endpoint(String id, boolean usable, String state, List<String> vpcs) {
        public Endpoint {
            vpcs = List.copyOf(vpcs);
        }
    }
}
