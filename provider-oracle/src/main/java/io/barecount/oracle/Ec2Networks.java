package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.Network.Route;
import io.barecount.oracle.Network.RouteTable;
import io.barecount.oracle.Network.SecurityGroup;
import io.barecount.oracle.Network.Subnet;
import io.barecount.oracle.Network.VpcEndpoint;
import io.barecount.oracle.Network.VpnConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The network in EC2's words. */
final class Ec2Networks {
    private static final int TUNNELS = 2;
    private final Network network;

    Ec2Networks(Network network) {
        this.network = network;
    }

    ObjectNode subnets(Call call, Form form) {
        return described(
                "subnetSet",
                "InvalidSubnetID.NotFound",
                call,
                form,
                "SubnetId",
                network.subnets(),
                Subnet::id,
                subnet -> Map.of(
                        "subnet-id", List.of(subnet.id()),
                        "vpc-id", List.of(subnet.vpc()),
                        "cidr-block", List.of(subnet.cidr())),
                Ec2Networks::tree);
    }

    ObjectNode securityGroups(Call call, Form form) {
        return described(
                "securityGroupInfo",
                "InvalidGroup.NotFound",
                call,
                form,
                "GroupId",
                network.groups(),
                SecurityGroup::id,
                group -> Map.of("group-id", List.of(group.id()), "vpc-id", List.of(group.vpc())),
                Ec2Networks::tree);
    }

    ObjectNode routeTables(Call call, Form form) {
        return described(
                "routeTableSet",
                "InvalidRouteTableID.NotFound",
                call,
                form,
                "RouteTableId",
                network.tables(),
                RouteTable::id,
                table -> Map.of(
                        "route-table-id", List.of(table.id()),
                        "association.route-table-id", List.of(table.id()),
                        "vpc-id", List.of(table.vpc()),
                        "association.subnet-id", table.subnets(),
                        "association.main", List.of(String.valueOf(table.main()))),
                Ec2Networks::tree);
    }

    ObjectNode vpcEndpoints(Call call, Form form) {
        return described(
                "vpcEndpointSet",
                "InvalidVpcEndpointId.NotFound",
                call,
                form,
                "VpcEndpointId",
                network.endpoints(),
                VpcEndpoint::id,
                endpoint -> Map.of(
                        "vpc-endpoint-id", List.of(endpoint.id()),
                        "vpc-endpoint-state", List.of(endpoint.state()),
                        "vpc-endpoint-type", List.of(endpoint.type()),
                        "service-name", List.of(endpoint.service()),
                        "vpc-id", List.of(endpoint.vpc())),
                Ec2Networks::tree);
    }

    ObjectNode peerings(Call call, Form form) {
        return described(
                "vpcPeeringConnectionSet",
                "InvalidVpcPeeringConnectionID.NotFound",
                call,
                form,
                "VpcPeeringConnectionId",
                network.peerings(),
                Network.Peering::id,
                peering -> Map.of(
                        "vpc-peering-connection-id", List.of(peering.id()),
                        "status-code", List.of(peering.status()),
                        "requester-vpc-info.vpc-id", List.of(peering.requesterVpc()),
                        "accepter-vpc-info.vpc-id", List.of(peering.accepterVpc())),
                Ec2Networks::tree);
    }

    ObjectNode vpns(Call call, Form form) {
        return described(
                "vpnConnectionSet",
                "InvalidVpnConnectionID.NotFound",
                call,
                form,
                "VpnConnectionId",
                network.vpns(),
                VpnConnection::id,
                vpn -> Map.of(
                        "vpn-connection-id", List.of(vpn.id()),
                        "state", List.of(vpn.state()),
                        "vpn-gateway-id", List.of(vpn.gateway()),
                        "transit-gateway-id", List.of(vpn.gateway())),
                Ec2Networks::tree);
    }

    ObjectNode interfaces(Call call, Form form) {
        return described(
                "networkInterfaceSet",
                "InvalidNetworkInterfaceID.NotFound",
                call,
                form,
                "NetworkInterfaceId",
                network.interfaces(),
                NetworkInterface::id,
                attached -> Map.of(
                        "network-interface-id", List.of(attached.id()),
                        "group-id", attached.securityGroups(),
                        "addresses.private-ip-address", List.of(attached.privateIp())),
                NetworkInterface::ec2);
    }

    private static <T> ObjectNode described(
            String set,
            String notFound,
            Call call,
            Form form,
            String idField,
            List<T> all,
            Function<T, String> id,
            Function<T, Map<String, List<String>>> attributes,
            Function<T, ObjectNode> tree) {
        var known = call.forgets() ? List.<T>of() : all;
        var filters = Ec2Filters.of(form, idField);
        for (var wanted : filters.ids()) {
            if (known.stream().map(id).noneMatch(wanted::equals)) {
                throw new ApiError(400, notFound, "The ID '" + wanted + "' does not exist");
            }
        }
        var found = known.stream()
                .filter(item -> filters.match(id.apply(item), attributes.apply(item)))
                .map(tree)
                .toList();
        var page = Page.of(found, form.get("NextToken"), form.number("MaxResults", 0));
        var answer = Trees.object();
        answer.set(set, Trees.array(page.items()));
        return answer.put("nextToken", page.next());
    }

    private static ObjectNode tree(Subnet subnet) {
        return Trees.of(
                        "subnetId", subnet.id(),
                        "subnetArn", Region.arn("ec2", "subnet/" + subnet.id()),
                        "state", "available",
                        "ownerId", Region.ACCOUNT,
                        "vpcId", subnet.vpc(),
                        "cidrBlock", subnet.cidr(),
                        "availabilityZone", Region.NAME + "a")
                .put("availableIpAddressCount", 200)
                .put("mapPublicIpOnLaunch", subnet.mapPublicIp());
    }

    private static ObjectNode tree(SecurityGroup group) {
        var permissions = new ArrayList<ObjectNode>();
        for (var target : group.egress()) {
            permissions.add(
                    switch (target.substring(0, Math.min(3, target.length()))) {
                        case "pl-" -> permission("prefixListIds", "prefixListId", target);
                        case "sg-" -> permission("groups", "groupId", target);
                        default -> permission("ipRanges", "cidrIp", target);
                    });
        }
        group.egressIpv6().forEach(cidr -> permissions.add(permission("ipv6Ranges", "cidrIpv6", cidr)));
        var tree = Trees.of(
                "ownerId", Region.ACCOUNT,
                "groupId", group.id(),
                "groupName", group.id(),
                "groupDescription", group.id(),
                "vpcId", group.vpc());
        tree.set("ipPermissionsEgress", Trees.array(permissions));
        return tree;
    }

    private static ObjectNode permission(String list, String field, String target) {
        return Trees.of("ipProtocol", "-1").set(list, set(Trees.of(field, target)));
    }

    private static ObjectNode tree(RouteTable table) {
        var associations = new ArrayList<ObjectNode>();
        if (table.main()) {
            associations.add(association(table, "main").put("main", true));
        }
        table.subnets()
                .forEach(subnet -> associations.add(
                        association(table, subnet).put("main", false).put("subnetId", subnet)));
        var tree = Trees.of("routeTableId", table.id(), "vpcId", table.vpc(), "ownerId", Region.ACCOUNT);
        tree.set(
                "routeSet",
                Trees.array(table.routes().stream().map(Ec2Networks::tree).toList()));
        tree.set("associationSet", Trees.array(associations));
        return tree;
    }

    private static ObjectNode association(RouteTable table, String with) {
        return Trees.of("routeTableAssociationId", "rtbassoc-" + table.id() + "-" + with, "routeTableId", table.id())
                .set("associationState", Trees.of("state", "associated"));
    }

    private static ObjectNode tree(Route route) {
        return Trees.of(
                destination(route.destination()),
                route.destination(),
                target(route.target()),
                route.target(),
                "state",
                route.state(),
                "origin",
                route.target().equals("local") ? "CreateRouteTable" : "CreateRoute");
    }

    private static String destination(String destination) {
        if (destination.startsWith("pl-")) {
            return "destinationPrefixListId";
        }
        return destination.contains(":") ? "destinationIpv6CidrBlock" : "destinationCidrBlock";
    }

    private static String target(String target) {
        var dash = target.indexOf('-');
        return switch (dash < 0 ? target : target.substring(0, dash)) {
            case "nat" -> "natGatewayId";
            case "tgw" -> "transitGatewayId";
            case "pcx" -> "vpcPeeringConnectionId";
            case "eni" -> "networkInterfaceId";
            case "eigw" -> "egressOnlyInternetGatewayId";
            case "lgw" -> "localGatewayId";
            case "cagw" -> "carrierGatewayId";
            case "i" -> "instanceId";
            default -> "gatewayId";
        };
    }

    private static ObjectNode tree(VpcEndpoint endpoint) {
        var tree = Trees.of(
                "vpcEndpointId", endpoint.id(),
                "vpcEndpointType", endpoint.type(),
                "vpcId", endpoint.vpc(),
                "serviceName", endpoint.service(),
                "state", endpoint.state(),
                "policyDocument", endpoint.policy(),
                "ownerId", Region.ACCOUNT);
        tree.set("routeTableIdSet", Trees.texts(endpoint.routeTables()));
        return tree;
    }

    private static ObjectNode tree(Network.Peering peering) {
        var tree = Trees.of("vpcPeeringConnectionId", peering.id());
        tree.set("requesterVpcInfo", vpcInfo(peering.requesterVpc()));
        tree.set("accepterVpcInfo", vpcInfo(peering.accepterVpc()));
        tree.set("status", Trees.of("code", peering.status(), "message", peering.status()));
        return tree;
    }

    private static ObjectNode vpcInfo(String vpc) {
        return Trees.of("ownerId", Region.ACCOUNT, "vpcId", vpc, "region", Region.NAME);
    }

    private static ObjectNode tree(VpnConnection vpn) {
        var telemetry = new ArrayList<ObjectNode>();
        for (var tunnel = 1; tunnel <= TUNNELS; tunnel++) {
            telemetry.add(Trees.of(
                            "outsideIpAddress",
                            "198.51.100." + tunnel,
                            "status",
                            tunnel <= vpn.tunnelsUp() ? "UP" : "DOWN",
                            "lastStatusChange",
                            "2026-01-01T00:00:00.000Z")
                    .put("acceptedRouteCount", 1));
        }
        return Trees.of(
                        "vpnConnectionId",
                        vpn.id(),
                        "state",
                        vpn.state(),
                        "type",
                        "ipsec.1",
                        "category",
                        "VPN",
                        "customerGatewayId",
                        "cgw-" + vpn.id(),
                        vpn.gateway().startsWith("tgw-") ? "transitGatewayId" : "vpnGatewayId",
                        vpn.gateway())
                .set("vgwTelemetry", Trees.array(telemetry));
    }

    private static ArrayNode set(ObjectNode item) {
        return Trees.array(List.of(item));
    }
}
