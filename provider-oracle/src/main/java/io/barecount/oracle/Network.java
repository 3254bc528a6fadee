package io.barecount.oracle;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The network that the oracle describes. Whatever is put again under the same id is changed. */
public final class Network {
    public record Subnet(String id, String vpc, String cidr, boolean mapPublicIp) {}

    /** An egress may also be a prefix list (pl-...) or another group (sg-...); all protocols, all ports. */
    public record SecurityGroup(String id, String vpc, List<String> egress, List<String> egressIpv6) {}

    /**
     * An entry of a route table.
     *
     * @param destination a CIDR of either family, or a prefix list
     */
    public record Route(String destination, String target, String state) {
        public Route(String destination, String target) {
            this(destination, target, "active");
        }
    }

    public record RouteTable(String id, String vpc, boolean main, List<String> subnets, List<Route> routes) {}

    /**
     * A private way to a service of AWS.
     *
     * @param type Gateway or Interface
     */
    public record VpcEndpoint(
            String id,
            String vpc,
            String service,
            String type,
            String state,
            String policy,
            List<String> routeTables) {}

    public record Peering(String id, String status, String requesterVpc, String accepterVpc) {}

    /**
     * A site-to-site VPN, of two tunnels.
     *
     * @param gateway a virtual private gateway (vgw-...) or a transit gateway (tgw-...)
     */
    public record VpnConnection(String id, String gateway, String state, int tunnelsUp) {}

    private final Map<String, Subnet> subnets = new LinkedHashMap<>();
    private final Map<String, SecurityGroup> groups = new LinkedHashMap<>();
    private final Map<String, RouteTable> tables = new LinkedHashMap<>();
    private final Map<String, VpcEndpoint> endpoints = new LinkedHashMap<>();
    private final Map<String, Peering> peerings = new LinkedHashMap<>();
    private final Map<String, VpnConnection> vpns = new LinkedHashMap<>();
    private final Map<String, NetworkInterface> interfaces = new LinkedHashMap<>();
    private final AtomicInteger addresses = new AtomicInteger(9);

    public Network subnet(String id, String vpc, String cidr, boolean mapPublicIp) {
        return put(subnets, id, new Subnet(id, vpc, cidr, mapPublicIp));
    }

    public Network securityGroup(String id, String vpc, List<String> egress, List<String> egressIpv6) {
        return put(groups, id, new SecurityGroup(id, vpc, List.copyOf(egress), List.copyOf(egressIpv6)));
    }

    public Network routeTable(String id, String vpc, boolean main, List<String> associated, Route... routes) {
        return put(tables, id, new RouteTable(id, vpc, main, List.copyOf(associated), List.of(routes)));
    }

    /** An endpoint of type Interface. */
    public Network vpcEndpoint(String id, String vpc, String service, String state, String policy) {
        return vpcEndpoint(new VpcEndpoint(id, vpc, service, "Interface", state, policy, List.of()));
    }

    public Network vpcEndpoint(VpcEndpoint endpoint) {
        return put(endpoints, endpoint.id(), endpoint);
    }

    public Network peering(String id, String status, String requesterVpc, String accepterVpc) {
        return put(peerings, id, new Peering(id, status, requesterVpc, accepterVpc));
    }

    public Network vpnConnection(String id, String gateway, String state, int tunnelsUp) {
        return put(vpns, id, new VpnConnection(id, gateway, state, tunnelsUp));
    }

    /** Removes whatever has this id. */
    public synchronized Network remove(String id) {
        List.of(subnets, groups, tables, endpoints, peerings, vpns).forEach(map -> map.remove(id));
        return this;
    }

    List<Subnet> subnets() {
        return all(subnets.values());
    }

    List<SecurityGroup> groups() {
        return all(groups.values());
    }

    List<RouteTable> tables() {
        return all(tables.values());
    }

    List<VpcEndpoint> endpoints() {
        return all(endpoints.values());
    }

    List<Peering> peerings() {
        return all(peerings.values());
    }

    List<VpnConnection> vpns() {
        return all(vpns.values());
    }

    List<NetworkInterface> interfaces() {
        return all(interfaces.values());
    }

    NetworkInterface attached(NetworkInterface attachment) {
        put(interfaces, attachment.id(), attachment);
        return attachment;
    }

    /** Null for a subnet that nobody has put here. */
    synchronized Subnet subnet(String id) {
        return id == null ? null : subnets.get(id);
    }

    /** An address that nothing else has, inside a subnet that is large enough. */
    String address(String subnet) {
        var found = subnet(subnet);
        var cidr = found == null ? "10.0.0.0/16" : found.cidr();
        var base = cidr.substring(0, cidr.indexOf('/')).split("\\.", -1);
        var third = Integer.parseInt(base[2]);
        var fourth = addresses.incrementAndGet();
        return base[0] + "." + base[1] + "." + (third + fourth / 250) + "." + (fourth % 250 + 4);
    }

    String publicAddress() {
        return "203.0.113." + (addresses.incrementAndGet() % 250 + 4);
    }

    private synchronized <T> Network put(Map<String, T> map, String id, T item) {
        map.put(id, item);
        return this;
    }

    private synchronized <T> List<T> all(Collection<T> items) {
        return List.copyOf(items);
    }
}
