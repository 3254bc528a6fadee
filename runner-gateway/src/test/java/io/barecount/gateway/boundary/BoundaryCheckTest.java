package io.barecount.gateway.boundary;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.boundary.BoundaryFacts.Endpoint;
import io.barecount.gateway.boundary.BoundaryFacts.Route;
import io.barecount.gateway.boundary.BoundaryFacts.SecurityGroup;
import io.barecount.gateway.boundary.BoundaryFacts.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each part of a network wrong by itself. */
class BoundaryCheckTest {
    private static final Boundary VPN = boundary(NetworkModel.VPN, "vpn-1", "tgw-1");
    private static final Boundary LINK = boundary(NetworkModel.PRIVATELINK, "vpce-1");
    private static final Boundary PEERING = boundary(NetworkModel.VPC_PEERING, "pcx-1");

    private static Boundary boundary(NetworkModel model, String... endpoints) {
        return new Boundary(
                "core",
                model,
                "eu-central-1",
                "vpc-1",
                List.of("subnet-1", "subnet-2"),
                List.of("sg-1"),
                List.of(endpoints),
                new Boundary.Egress(List.of()),
                List.of(RunnerType.EC2),
                "network");
    }

    private static final List<Subnet> SUBNETS =
            List.of(new Subnet("subnet-1", "vpc-1", "rtb-1"), new Subnet("subnet-2", "vpc-1", "rtb-1"));
    private static final List<SecurityGroup> GROUPS =
            List.of(new SecurityGroup("sg-1", "vpc-1", List.of("10.0.0.0/16", "10.1.0.0/16")));
    private static final List<Route> ROUTES = List.of(
            new Route("rtb-1", "10.0.0.0/16", "local", false), new Route("rtb-1", "pl-1", "vpce-gateway", false));

    private static List<Endpoint> endpoints(Boundary boundary) {
        return boundary.endpoints().stream()
                .map(id -> new Endpoint(id, true, "available", id.startsWith("vpn") ? List.of() : List.of("vpc-1")))
                .toList();
    }

    private static BoundaryFacts facts(Boundary boundary) {
        return new BoundaryFacts(SUBNETS, GROUPS, ROUTES, endpoints(boundary));
    }

    private static BoundaryFacts with(Boundary boundary, Route route) {
        var routes = new ArrayList<>(ROUTES);
        routes.add(route);
        return new BoundaryFacts(SUBNETS, GROUPS, routes, endpoints(boundary));
    }

    private static BoundaryFacts with(Boundary boundary, List<Subnet> subnets) {
        return new BoundaryFacts(subnets, GROUPS, ROUTES, endpoints(boundary));
    }

    private static BoundaryFacts with(Boundary boundary, SecurityGroup group) {
        return new BoundaryFacts(SUBNETS, List.of(group), ROUTES, endpoints(boundary));
    }

    private static BoundaryFacts with(Endpoint... endpoints) {
        return new BoundaryFacts(SUBNETS, GROUPS, ROUTES, List.of(endpoints));
    }

    @Test
    void aNetworkThatIsAsItsBoundarySaysIsInOrder() {
        for (var boundary : List.of(VPN, LINK, PEERING)) {
            assertThat(BoundaryCheck.violations(boundary, facts(boundary))).isEmpty();
        }
        assertThat(BoundaryCheck.violations(PEERING, with(PEERING, new Route("rtb-1", "10.9.0.0/16", "pcx-1", false))))
                .isEmpty();
        assertThat(BoundaryCheck.violations(VPN, with(VPN, new Route("rtb-1", "192.168.0.0/16", "vgw-1", false))))
                .isEmpty();
        assertThat(BoundaryCheck.violations(VPN, with(VPN, new Route("rtb-1", "192.168.0.0/16", "tgw-1", false))))
                .isEmpty();
    }

    static Stream<Arguments> networks() {
        return Stream.of(LINK, PEERING, VPN)
                .flatMap(boundary -> Stream.of(
                        wrong(boundary, with(boundary, List.of(SUBNETS.get(0))), "there is no subnet subnet-2"),
                        wrong(boundary, with(boundary, List.of()), "there is no subnet subnet-1"),
                        wrong(
                                boundary,
                                with(boundary, List.of(SUBNETS.get(0), new Subnet("subnet-2", "vpc-2", "rtb-1"))),
                                "is in vpc-2"),
                        wrong(
                                boundary,
                                with(boundary, List.of(SUBNETS.get(0), new Subnet("subnet-2", "vpc-1", null))),
                                "no route table"),
                        wrong(
                                boundary,
                                with(boundary, new SecurityGroup("sg-2", "vpc-1", List.of())),
                                "there is no security group sg-1"),
                        wrong(boundary, with(boundary, new SecurityGroup("sg-1", "vpc-2", List.of())), "is of vpc-2"),
                        wrong(
                                boundary,
                                with(boundary, new SecurityGroup("sg-1", "vpc-1", List.of("0.0.0.0/0"))),
                                "out to 0.0.0.0/0"),
                        wrong(
                                boundary,
                                with(boundary, new SecurityGroup("sg-1", "vpc-1", List.of("10.0.0.0/16", "::/0"))),
                                "out to ::/0"),
                        way(boundary, "0.0.0.0/0", "igw-1", "leads to the internet"),
                        way(boundary, "::/0", "igw-1", "leads to the internet"),
                        way(boundary, "203.0.113.0/24", "igw-1", "leads to the internet"),
                        way(boundary, "0.0.0.0/0", "nat-1", "leads to the internet"),
                        way(boundary, "::/0", "eigw-1", "leads to the internet"),
                        way(boundary, "10.9.0.0/16", "pcx-9", "does not name"),
                        way(boundary, "10.9.0.0/16", "tgw-9", "does not name"),
                        way(boundary, "10.9.0.0/16", "lgw-9", "does not name"),
                        way(boundary, "0.0.0.0/0", "cagw-9", "does not name"),
                        way(boundary, "0.0.0.0/0", "eni-9", "everything goes through"),
                        way(boundary, "::/0", "i-9", "everything goes through"),
                        wrong(
                                boundary,
                                with(),
                                "there is no " + boundary.endpoints().get(0)),
                        wrong(
                                boundary,
                                with(new Endpoint(boundary.endpoints().get(0), false, "pending", List.of("vpc-1"))),
                                "is pending"),
                        wrong(
                                boundary,
                                with(new Endpoint(boundary.endpoints().get(0), true, "available", List.of("vpc-2"))),
                                "is of [vpc-2]")));
    }

    private static Arguments way(Boundary boundary, String destination, String target, String expected) {
        return wrong(boundary, with(boundary, new Route("rtb-1", destination, target, false)), expected);
    }

    private static Arguments wrong(Boundary boundary, BoundaryFacts facts, String expected) {
        return Arguments.of(boundary, facts, expected);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void eachPartThatIsWrongIsSaid(Boundary boundary, BoundaryFacts facts, String expected) {
        assertThat(BoundaryCheck.violations(boundary, facts)).anyMatch(violation -> violation.contains(expected));
    }

    @Test
    void aWayThatIsGoneOrAGatewayOfAnotherModelIsSaid() {
        assertThat(BoundaryCheck.violations(PEERING, with(PEERING, new Route("rtb-1", "10.9.0.0/16", "pcx-1", true))))
                .anyMatch(violation -> violation.contains("which is gone"));
        assertThat(BoundaryCheck.violations(LINK, with(LINK, new Route("rtb-1", "10.9.0.0/16", "vgw-1", false))))
                .anyMatch(violation -> violation.contains("a VPN gateway"));
    }

    @Test
    void aBoundaryThatNamesNothingHoldsNothing() {
        var empty = new Boundary("core", NetworkModel.VPN, "eu-central-1", null, null, null, null, null, null, "n");

        assertThat(BoundaryCheck.violations(empty, new BoundaryFacts(List.of(), List.of(), List.of(), List.of())))
                .hasSize(2);
    }

    static Stream<Arguments> placements() {
        var subnet = List.of("subnet-1");
        var group = List.of("sg-1");
        return Stream.of(
                Arguments.of(new Placement("vpc-2", subnet, group, false), "it is in vpc-2"),
                Arguments.of(new Placement("vpc-1", List.of(), group, false), "in no subnet"),
                Arguments.of(new Placement("vpc-1", List.of("subnet-9"), group, false), "subnet subnet-9"),
                Arguments.of(new Placement("vpc-1", List.of("subnet-1", "subnet-9"), group, false), "subnet subnet-9"),
                Arguments.of(new Placement("vpc-1", subnet, List.of("sg-9"), false), "security group sg-9"),
                Arguments.of(new Placement("vpc-1", subnet, List.of("sg-1", "sg-9"), false), "security group sg-9"),
                Arguments.of(new Placement("vpc-1", subnet, group, true), "a public address"),
                Arguments.of(new Placement(null, List.of(), List.of(), null), "in no subnet"));
    }

    @ParameterizedTest
    @MethodSource("placements")
    void whatIsElsewhereIsSaid(Placement placement, String expected) {
        assertThat(BoundaryCheck.violations(LINK, placement)).anyMatch(violation -> violation.contains(expected));
        assertThat(BoundaryCheck.violations(LINK, new Placement("vpc-1", List.of("subnet-2"), List.of("sg-1"), false)))
                .isEmpty();
    }

    private static Boundary saying(NetworkModel model, String endpoint, Boundary.Peer peer) {
        var plain = boundary(model, endpoint);
        return new Boundary(
                plain.name(),
                plain.model(),
                plain.region(),
                plain.vpc(),
                plain.subnets(),
                plain.securityGroups(),
                plain.endpoints(),
                plain.egress(),
                plain.allowedRunners(),
                plain.owner(),
                List.of("10.0.0.0/16"),
                List.of(peer));
    }

    /** Where the boundary says which addresses are behind a way out, others have no business on it. */
    @Test
    void aRouteThatTakesMoreToAPeerThanIsThePeersLeadsOut() {
        var peered =
                saying(NetworkModel.VPC_PEERING, "pcx-1", new Boundary.Peer("shop", "pcx-1", List.of("10.1.0.0/16")));
        var tunnel = saying(NetworkModel.VPN, "vpn-1", new Boundary.Peer("office", "vpn-1", List.of("10.1.0.0/16")));

        assertThat(BoundaryCheck.violations(peered, with(peered, new Route("rtb-1", "10.1.4.0/24", "pcx-1", false))))
                .isEmpty();
        assertThat(BoundaryCheck.violations(peered, with(peered, new Route("rtb-1", "10.0.0.0/8", "pcx-1", false))))
                .containsExactly(
                        "route table rtb-1 sends 10.0.0.0/8 to pcx-1, which is beyond the peers that the boundary"
                                + " names there: [10.1.0.0/16]");
        assertThat(BoundaryCheck.violations(tunnel, with(tunnel, new Route("rtb-1", "10.1.0.0/16", "vgw-1", false))))
                .isEmpty();
        assertThat(BoundaryCheck.violations(tunnel, with(tunnel, new Route("rtb-1", "0.0.0.0/0", "vgw-1", false))))
                .hasSize(1);
        assertThat(BoundaryCheck.violations(PEERING, with(PEERING, new Route("rtb-1", "10.0.0.0/8", "pcx-1", false))))
                .isEmpty();
    }
}
