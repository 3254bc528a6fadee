package io.barecount.gateway.aws;

import io.barecount.contracts.decision.Boundary;
import io.barecount.gateway.boundary.BoundaryFacts;
import io.barecount.gateway.boundary.BoundaryReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.Route;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.ec2.model.TelemetryStatus;

/** Reads subnets, security groups, route tables, endpoints, peerings and tunnels from EC2's API, at most once for all who ask at once. */
@ApplicationScoped
class Networks implements BoundaryReader {
    private record Read(BoundaryFacts facts, Instant at) {}

    private final Clients clients;
    private final Map<Boundary, Read> reads = new ConcurrentHashMap<>();
    private final Map<Boundary, ReentrantLock> locks = new ConcurrentHashMap<>();

    Networks(Clients clients) {
        this.clients = clients;
    }

    @Override
    public BoundaryFacts read(Boundary boundary, Instant notOlderThan) throws CannotSay {
        var lock = locks.computeIfAbsent(boundary, b -> new ReentrantLock());
        lock.lock();
        try {
            var found = known(boundary, notOlderThan);
            if (found.isPresent()) {
                return found.get();
            }
            var at = Clock.systemUTC().instant();
            var facts = read(boundary);
            reads.put(boundary, new Read(facts, at));
            return facts;
        } catch (SdkException e) {
            throw new CannotSay(
                    "the network of boundary " + boundary.name() + " can't be read: " + Failures.message(e),
                    Failures.isPassing(e),
                    e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<BoundaryFacts> known(Boundary boundary, Instant notOlderThan) {
        return Optional.ofNullable(reads.get(boundary))
                .filter(read -> !read.at().isBefore(notOlderThan))
                .map(Read::facts);
    }

    private BoundaryFacts read(Boundary boundary) {
        var ec2 = clients.ec2(boundary.region());
        var tables = boundary.vpc() == null
                ? List.<RouteTable>of()
                : Clients.get(ec2.describeRouteTables(request -> request.filters(filter("vpc-id", boundary.vpc()))))
                        .routeTables();
        var subnets = subnets(boundary, ec2, tables);
        var used = subnets.stream().map(BoundaryFacts.Subnet::routeTable).toList();
        return new BoundaryFacts(
                subnets,
                securityGroups(boundary, ec2),
                tables.stream()
                        .filter(table -> used.contains(table.routeTableId()))
                        .flatMap(Networks::routes)
                        .toList(),
                endpoints(boundary, ec2));
    }

    /** By filter, not by id: asked by id, one that is missing hides all others. */
    private static List<BoundaryFacts.Subnet> subnets(Boundary boundary, Ec2AsyncClient ec2, List<RouteTable> tables) {
        return boundary.subnets().isEmpty()
                ? List.of()
                : Clients.get(ec2.describeSubnets(request -> request.filters(filter("subnet-id", boundary.subnets()))))
                        .subnets()
                        .stream()
                        .map(subnet -> new BoundaryFacts.Subnet(
                                subnet.subnetId(), subnet.vpcId(), tableOf(subnet.subnetId(), tables)))
                        .toList();
    }

    /** A subnet without a table of its own uses the VPC's main one. */
    private static String tableOf(String subnet, List<RouteTable> tables) {
        return tables.stream()
                .filter(table ->
                        table.associations().stream().anyMatch(association -> subnet.equals(association.subnetId())))
                .findFirst()
                .or(() -> tables.stream()
                        .filter(table -> table.associations().stream()
                                .anyMatch(association -> Boolean.TRUE.equals(association.main())))
                        .findFirst())
                .map(RouteTable::routeTableId)
                .orElse(null);
    }

    private static Stream<BoundaryFacts.Route> routes(RouteTable table) {
        return table.routes().stream()
                .map(route -> new BoundaryFacts.Route(
                        table.routeTableId(),
                        first(
                                route.destinationCidrBlock(),
                                route.destinationIpv6CidrBlock(),
                                route.destinationPrefixListId()),
                        target(route),
                        "blackhole".equals(route.stateAsString())));
    }

    private static String target(Route route) {
        return first(
                route.natGatewayId(),
                route.egressOnlyInternetGatewayId(),
                route.transitGatewayId(),
                route.vpcPeeringConnectionId(),
                route.localGatewayId(),
                route.carrierGatewayId(),
                route.networkInterfaceId(),
                route.instanceId(),
                route.gatewayId());
    }

    private static String first(String... values) {
        return Stream.of(values)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse("unknown");
    }

    private static List<BoundaryFacts.SecurityGroup> securityGroups(Boundary boundary, Ec2AsyncClient ec2) {
        return boundary.securityGroups().isEmpty()
                ? List.of()
                : Clients.get(ec2.describeSecurityGroups(
                                request -> request.filters(filter("group-id", boundary.securityGroups()))))
                        .securityGroups()
                        .stream()
                        .map(group -> new BoundaryFacts.SecurityGroup(
                                group.groupId(),
                                group.vpcId(),
                                group.ipPermissionsEgress().stream()
                                        .flatMap(Networks::ranges)
                                        .toList()))
                        .toList();
    }

    private static Stream<String> ranges(IpPermission permission) {
        return Stream.concat(
                permission.ipRanges().stream().map(range -> range.cidrIp()),
                permission.ipv6Ranges().stream().map(range -> range.cidrIpv6()));
    }

    private static List<BoundaryFacts.Endpoint> endpoints(Boundary boundary, Ec2AsyncClient ec2) {
        var found = new ArrayList<BoundaryFacts.Endpoint>();
        var links = starting(boundary, "vpce-");
        if (!links.isEmpty()) {
            Clients.get(ec2.describeVpcEndpoints(request -> request.filters(filter("vpc-endpoint-id", links))))
                    .vpcEndpoints()
                    .forEach(link -> found.add(new BoundaryFacts.Endpoint(
                            link.vpcEndpointId(),
                            "available".equalsIgnoreCase(link.stateAsString()),
                            link.stateAsString(),
                            List.of(link.vpcId()))));
        }
        var peerings = starting(boundary, "pcx-");
        if (!peerings.isEmpty()) {
            Clients.get(ec2.describeVpcPeeringConnections(
                            request -> request.filters(filter("vpc-peering-connection-id", peerings))))
                    .vpcPeeringConnections()
                    .forEach(peering -> found.add(new BoundaryFacts.Endpoint(
                            peering.vpcPeeringConnectionId(),
                            "active".equals(peering.status().codeAsString()),
                            peering.status().codeAsString(),
                            List.of(
                                    peering.requesterVpcInfo().vpcId(),
                                    peering.accepterVpcInfo().vpcId()))));
        }
        var tunnels = starting(boundary, "vpn-");
        if (!tunnels.isEmpty()) {
            Clients.get(ec2.describeVpnConnections(request -> request.filters(filter("vpn-connection-id", tunnels))))
                    .vpnConnections()
                    .forEach(tunnel -> {
                        var up = tunnel.vgwTelemetry().stream()
                                .filter(telemetry -> telemetry.status() == TelemetryStatus.UP)
                                .count();
                        found.add(new BoundaryFacts.Endpoint(
                                tunnel.vpnConnectionId(),
                                "available".equals(tunnel.stateAsString()) && up > 0,
                                tunnel.stateAsString() + " with " + up + " tunnels up",
                                List.of()));
                    });
        }
        return found;
    }

    private static List<String> starting(Boundary boundary, String prefix) {
        return boundary.endpoints().stream().filter(id -> id.startsWith(prefix)).toList();
    }

    private static Filter filter(String name, List<String> values) {
        return Filter.builder().name(name).values(values).build();
    }

    private static Filter filter(String name, String value) {
        return filter(name, List.of(value));
    }
}
