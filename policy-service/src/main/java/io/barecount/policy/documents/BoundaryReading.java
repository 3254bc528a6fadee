package io.barecount.policy.documents;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Cidr;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.documents.Documents.BoundaryDocument;
import io.barecount.policy.documents.Documents.BoundarySpec;
import io.barecount.policy.estimate.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One boundary. What can't be a network of its model is refused here, when whoever answers for it looks, and not at the first start of a
 * workload in it.
 */
final class BoundaryReading {
    private static final String ONPREM = "onprem";

    /** What leads out of a boundary of each model, by the beginning of its id. */
    private static final Map<NetworkModel, String> ENDPOINTS = Map.of(
            NetworkModel.PRIVATELINK, "vpce-",
            NetworkModel.VPC_PEERING, "pcx-",
            NetworkModel.VPN, "vpn-");

    /** AWS General Reference, "Regions and Zones", with those of China and the US government. */
    private static final Set<String> REGIONS = Set.of(
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "cn-north-1",
            "cn-northwest-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "eusc-de-east-1",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-gov-east-1",
            "us-gov-west-1",
            "us-west-1",
            "us-west-2");

    private static final int PORT_MAX = 65_535;

    private final BoundaryDocument document;
    private final BoundarySpec spec;
    private final Flaws flaws;

    BoundaryReading(BoundaryDocument document, Flaws flaws) {
        this.document = document;
        this.spec = document.spec();
        this.flaws = flaws;
        if (spec.model() == NetworkModel.ONPREM) {
            onPremises();
        } else {
            inTheCloud();
        }
        once("/spec/subnets", spec.subnets());
        once("/spec/securityGroups", spec.securityGroups());
        once("/spec/endpoints", spec.endpoints());
        once("/spec/egress/allow", spec.egress().allow());
        once(
                "/spec/allowedRunners",
                spec.allowedRunners().stream().map(Names::of).toList());
        runners();
        egress();
        addresses();
        peers();
    }

    Boundary boundary() {
        return new Boundary(
                document.metadata().name(),
                spec.model(),
                spec.region(),
                spec.vpc(),
                spec.subnets(),
                spec.securityGroups(),
                spec.endpoints(),
                new Boundary.Egress(spec.egress().allow()),
                spec.allowedRunners(),
                document.metadata().owner(),
                spec.cidrs(),
                spec.peers() == null
                        ? null
                        : spec.peers().stream()
                                .map(peer -> new Boundary.Peer(peer.name(), peer.via(), peer.cidrs()))
                                .toList());
    }

    private void onPremises() {
        if (!ONPREM.equals(spec.region())) {
            flaws.add("/spec/region", "found " + spec.region() + ", allowed for a boundary of model onprem is onprem");
        }
        if (spec.vpc() != null) {
            belongsElsewhere("/spec/vpc", spec.vpc());
        }
        if (!spec.subnets().isEmpty()) {
            belongsElsewhere("/spec/subnets", spec.subnets());
        }
        if (!spec.securityGroups().isEmpty()) {
            belongsElsewhere("/spec/securityGroups", spec.securityGroups());
        }
        if (!spec.endpoints().isEmpty()) {
            belongsElsewhere("/spec/endpoints", spec.endpoints());
        }
    }

    private void belongsElsewhere(String pointer, Object found) {
        flaws.add(
                pointer,
                "found " + found + ", but a boundary of model onprem has no cloud network: leave it out or empty");
    }

    private void inTheCloud() {
        if (!REGIONS.contains(spec.region())) {
            flaws.add(
                    "/spec/region",
                    "found " + spec.region() + ", allowed for a boundary of model " + Names.of(spec.model())
                            + " is a region of AWS, such as " + nearest(spec.region()));
        }
        if (spec.vpc() == null) {
            flaws.add("/spec/vpc", "missing: a boundary of model " + Names.of(spec.model()) + " is in a VPC");
        } else {
            begins("/spec/vpc", spec.vpc(), "vpc-");
        }
        each("/spec/subnets", spec.subnets(), "subnet-");
        each("/spec/securityGroups", spec.securityGroups(), "sg-");
        each("/spec/endpoints", spec.endpoints(), ENDPOINTS.get(spec.model()));
    }

    private void each(String pointer, List<String> ids, String prefix) {
        if (ids.isEmpty()) {
            flaws.add(
                    pointer,
                    "found none, a boundary of model " + Names.of(spec.model()) + " has at least one (" + prefix
                            + "...)");
        }
        for (var i = 0; i < ids.size(); i++) {
            begins(pointer + "/" + i, ids.get(i), prefix);
        }
    }

    private void begins(String pointer, String id, String prefix) {
        if (!id.startsWith(prefix)) {
            flaws.add(
                    pointer,
                    "found " + id + ", allowed for a boundary of model " + Names.of(spec.model()) + " is " + prefix
                            + "...");
        }
    }

    private void once(String pointer, List<String> values) {
        var seen = new HashSet<String>();
        for (var i = 0; i < values.size(); i++) {
            if (!seen.add(values.get(i))) {
                flaws.add(pointer + "/" + i, "found " + values.get(i) + ", which is in the list already");
            }
        }
    }

    private void runners() {
        if (spec.allowedRunners().isEmpty()) {
            flaws.add("/spec/allowedRunners", "found none: nothing could ever work in this boundary");
        }
        for (var i = 0; i < spec.allowedRunners().size(); i++) {
            var type = spec.allowedRunners().get(i);
            if (type == RunnerType.AUTO || (type == RunnerType.ONPREM) != (spec.model() == NetworkModel.ONPREM)) {
                flaws.add(
                        "/spec/allowedRunners/" + i,
                        "found " + Names.of(type) + ", allowed in a boundary of model " + Names.of(spec.model())
                                + " are "
                                + (spec.model() == NetworkModel.ONPREM
                                        ? "onprem alone"
                                        : "lambda, fargate, glue, ec2"));
            }
        }
    }

    private void egress() {
        var allow = spec.egress().allow();
        for (var i = 0; i < allow.size(); i++) {
            if (!isPeer(allow.get(i))) {
                flaws.add(
                        "/spec/egress/allow/" + i,
                        "found " + allow.get(i)
                                + ", allowed is host:port, such as db.example.com:5432; an IPv6 address is in"
                                + " brackets");
            }
        }
    }

    /** Of two networks with a common address, nobody can say which one a packet is for. */
    private void addresses() {
        var known = new LinkedHashMap<String, Cidr>();
        ranges("/spec/cidrs", spec.cidrs(), known);
        for (var i = 0; spec.peers() != null && i < spec.peers().size(); i++) {
            ranges("/spec/peers/" + i + "/cidrs", spec.peers().get(i).cidrs(), known);
        }
    }

    private void ranges(String pointer, List<String> texts, Map<String, Cidr> known) {
        if (texts != null && texts.isEmpty()) {
            flaws.add(pointer, "found none, at least one range of addresses is wanted");
        }
        for (var i = 0; texts != null && i < texts.size(); i++) {
            var at = pointer + "/" + i;
            try {
                var range = Cidr.parse(texts.get(i));
                known.forEach((other, earlier) -> {
                    if (earlier.overlaps(range)) {
                        flaws.add(
                                at,
                                "found " + range + ", which overlaps " + earlier + " at " + other
                                        + ": allowed are ranges without a common address");
                    }
                });
                known.put(at, range);
            } catch (IllegalArgumentException e) {
                flaws.add(at, e.getMessage());
            }
        }
    }

    private void peers() {
        if (spec.peers() == null) {
            return;
        }
        if (spec.model() != NetworkModel.VPC_PEERING && spec.model() != NetworkModel.VPN) {
            flaws.add(
                    "/spec/peers",
                    "found " + spec.peers().size() + ", but a boundary of model " + Names.of(spec.model())
                            + " leads to no other network; allowed for vpc-peering and vpn");
            return;
        }
        if (spec.cidrs() == null) {
            flaws.add("/spec/cidrs", "missing: where peers' addresses are said, the boundary's own are too");
        }
        var taken = new HashMap<String, String>();
        for (var i = 0; i < spec.peers().size(); i++) {
            var peer = spec.peers().get(i);
            var at = "/spec/peers/" + i + "/via";
            if (!spec.endpoints().contains(peer.via())) {
                flaws.add(
                        at,
                        "found " + peer.via() + ", allowed is one of /spec/endpoints: "
                                + String.join(", ", spec.endpoints()));
            }
            var earlier = taken.putIfAbsent(peer.via(), peer.name());
            if (earlier != null && spec.model() == NetworkModel.VPC_PEERING) {
                flaws.add(
                        at,
                        "found " + peer.via() + ", which leads to " + earlier + ": peering is not transitive, so "
                                + peer.name()
                                + " can't be reached through it; allowed is a peering connection of its own");
            }
        }
    }

    private static boolean isPeer(String text) {
        if (!text.matches("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}")) {
            return false;
        }
        var port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
        return port > 0 && port <= PORT_MAX;
    }

    /** The region whose name takes the fewest changes. */
    private static String nearest(String name) {
        return REGIONS.stream()
                .sorted()
                .min((one, other) -> Integer.compare(distance(name, one), distance(name, other)))
                .orElseThrow();
    }

    private static int distance(String one, String other) {
        var previous = new int[other.length() + 1];
        for (var j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (var i = 1; i <= one.length(); i++) {
            var current = new int[other.length() + 1];
            current[0] = i;
            for (var j = 1; j <= other.length(); j++) {
                var change = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
