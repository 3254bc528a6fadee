package io.barecount.gateway.boundary;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Cidr;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares the boundary that a run is to stay in with what it declared, with what the network really is, and with where a provider
 * would put it, or has put it.
 */
public final class BoundaryCheck {
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0/0", "::/0");

    private BoundaryCheck() {}

    /** What is wrong with the declaration; empty if nothing is. */
    public static Optional<String> violation(Manifest manifest, Boundary boundary) {
        var network = manifest.spec().network();
        var runner = manifest.spec().runner().type();
        if (!network.boundary().equals(boundary.name())) {
            return Optional.of("declared is boundary " + network.boundary() + ", dispatched is " + boundary.name());
        }
        if (network.model() != boundary.model()) {
            return Optional.of(
                    "declared is network model " + network.model() + ", the boundary's is " + boundary.model());
        }
        if (!boundary.allowedRunners().contains(runner)) {
            return Optional.of("boundary " + boundary.name() + " allows no runner of type " + runner + ", only "
                    + boundary.allowedRunners());
        }
        if ((runner == RunnerType.ONPREM) != (boundary.model() == NetworkModel.ONPREM)) {
            return Optional.of("an on-premise boundary takes on-premise runners, and no other does");
        }
        return Optional.empty();
    }

    /**
     * What is wrong with the network itself, all of it: a part that is missing or elsewhere, a way out that nobody declared, a path that
     * carries nothing. Empty if it is as the boundary says.
     */
    public static List<String> violations(Boundary boundary, BoundaryFacts facts) {
        var wrong = new ArrayList<String>();
        if (boundary.vpc() == null || boundary.subnets().isEmpty()) {
            wrong.add("boundary " + boundary.name() + " names no VPC or no subnets, so nothing can be put into it");
        }
        if (boundary.securityGroups().isEmpty()) {
            wrong.add("boundary " + boundary.name()
                    + " names no security groups, and the provider's default one lets everything out");
        }
        boundary.subnets().forEach(id -> subnet(boundary, facts, id, wrong));
        boundary.securityGroups().forEach(id -> securityGroup(boundary, facts, id, wrong));
        facts.routes().forEach(route -> route(boundary, route, wrong));
        boundary.endpoints().forEach(id -> endpoint(boundary, facts, id, wrong));
        return wrong;
    }

    private static void subnet(Boundary boundary, BoundaryFacts facts, String id, List<String> wrong) {
        var found = facts.subnets().stream()
                .filter(subnet -> subnet.id().equals(id))
                .findFirst();
        if (found.isEmpty()) {
            wrong.add("there is no subnet " + id);
            return;
        }
        if (!found.get().vpc().equals(boundary.vpc())) {
            wrong.add("subnet " + id + " is in " + found.get().vpc() + ", not in " + boundary.vpc());
        }
        if (found.get().routeTable() == null) {
            wrong.add("no route table of subnet " + id + " could be found");
        }
    }

    private static void securityGroup(Boundary boundary, BoundaryFacts facts, String id, List<String> wrong) {
        var found = facts.securityGroups().stream()
                .filter(group -> group.id().equals(id))
                .findFirst();
        if (found.isEmpty()) {
            wrong.add("there is no security group " + id);
            return;
        }
        if (!found.get().vpc().equals(boundary.vpc())) {
            wrong.add("security group " + id + " is of " + found.get().vpc() + ", not of " + boundary.vpc());
        }
        found.get().egress().stream()
                .filter(ANYWHERE::contains)
                .forEach(range -> wrong.add("security group " + id + " lets traffic out to " + range));
    }

    /** Prefix lists of gateway endpoints and routes within the VPC lead nowhere else. */
    private static void route(Boundary boundary, BoundaryFacts.Route route, List<String> wrong) {
        var target = route.target();
        var what = "route table " + route.routeTable() + " sends " + route.destination() + " to " + target;
        if (target.startsWith("igw-") || target.startsWith("nat-") || target.startsWith("eigw-")) {
            wrong.add(what + ", which leads to the internet");
        } else if (target.startsWith("pcx-") && !boundary.endpoints().contains(target)) {
            wrong.add(what + ", a peering connection that the boundary does not name");
        } else if ((target.startsWith("tgw-") || target.startsWith("lgw-") || target.startsWith("cagw-"))
                && !boundary.endpoints().contains(target)) {
            wrong.add(what + ", a gateway that the boundary does not name");
        } else if (target.startsWith("vgw-") && boundary.model() != NetworkModel.VPN) {
            wrong.add(what + ", a VPN gateway, in a boundary of model " + name(boundary.model()));
        } else if ((target.startsWith("eni-") || target.startsWith("i-")) && ANYWHERE.contains(route.destination())) {
            wrong.add(what + ", a machine that everything goes through");
        } else if (leadsBeyond(boundary, route)) {
            wrong.add(what + ", which is beyond the peers that the boundary names there: " + reached(boundary, target));
        } else if (route.blackhole() && boundary.endpoints().contains(target)) {
            wrong.add(what + ", which is gone");
        }
    }

    /** Whether it takes more to a peer than is the peer's; of a boundary that says nothing of addresses, nobody can say. */
    private static boolean leadsBeyond(Boundary boundary, BoundaryFacts.Route route) {
        var target = route.target();
        if (boundary.peers() == null || !(target.startsWith("pcx-") || target.startsWith("vgw-"))) {
            return false;
        }
        try {
            var destination = Cidr.parse(route.destination());
            return reached(boundary, target).stream().map(Cidr::parse).noneMatch(range -> range.contains(destination));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** A VPN gateway has all tunnels behind it. */
    private static List<String> reached(Boundary boundary, String target) {
        return boundary.peers().stream()
                .filter(peer -> target.startsWith("vgw-") || peer.via().equals(target))
                .flatMap(peer -> peer.cidrs().stream())
                .toList();
    }

    private static void endpoint(Boundary boundary, BoundaryFacts facts, String id, List<String> wrong) {
        var found = facts.endpoints().stream()
                .filter(endpoint -> endpoint.id().equals(id))
                .findFirst();
        if (found.isEmpty()) {
            wrong.add("there is no " + id);
        } else if (!found.get().usable()) {
            wrong.add(id + " is " + found.get().state());
        } else if (!found.get().vpcs().isEmpty() && !found.get().vpcs().contains(boundary.vpc())) {
            wrong.add(id + " is of " + found.get().vpcs() + ", not of " + boundary.vpc());
        }
    }

    /** What is wrong with where something is, or would be put; empty if it is inside the boundary. */
    public static List<String> violations(Boundary boundary, Placement placement) {
        var wrong = new ArrayList<String>();
        if (placement.vpc() != null && !placement.vpc().equals(boundary.vpc())) {
            wrong.add("it is in " + placement.vpc() + ", not in " + boundary.vpc());
        }
        if (placement.subnets().isEmpty()) {
            wrong.add("it is in no subnet of the boundary");
        }
        outside("subnet", placement.subnets(), boundary.subnets(), wrong);
        outside("security group", placement.securityGroups(), boundary.securityGroups(), wrong);
        if (Boolean.TRUE.equals(placement.publicAddress())) {
            wrong.add("it has a public address");
        }
        return wrong;
    }

    private static void outside(String what, List<String> found, List<String> allowed, List<String> wrong) {
        var others = new TreeSet<>(found);
        allowed.forEach(others::remove);
        others.forEach(id -> wrong.add(what + " " + id + " is not one of the boundary's " + allowed));
    }

    /** The boundary in one line, for the evidence. */
    public static String describe(Boundary boundary) {
        var egress = boundary.egress() == null || boundary.egress().allow().isEmpty()
                ? "no egress"
                : "egress to " + String.join(", ", boundary.egress().allow());
        return boundary.name() + ": " + name(boundary.model()) + " in " + boundary.region() + ", " + egress;
    }

    private static String name(NetworkModel model) {
        return model.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
