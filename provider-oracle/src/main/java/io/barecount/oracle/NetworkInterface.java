package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.Overrides.Placement;
import java.util.List;

/** Where a started thing really is. */
record NetworkInterface(
        String id, String subnet, String vpc, String privateIp, String publicIp, List<String> securityGroups) {

    /** @param publicIp null for what the subnet says */
    static NetworkInterface attach(
            Network network, Placement placement, String subnet, Boolean publicIp, List<String> groups) {
        var id = placement.subnet() == null ? subnet : placement.subnet();
        var found = network.subnet(id);
        var asked = publicIp == null ? found != null && found.mapPublicIp() : publicIp;
        var isPublic = placement.publicIp() == null ? asked : placement.publicIp();
        return network.attached(new NetworkInterface(
                Region.id("eni-", 17),
                id,
                found == null ? null : found.vpc(),
                network.address(id),
                isPublic ? network.publicAddress() : null,
                placement.securityGroups() == null ? groups : placement.securityGroups()));
    }

    ObjectNode ec2() {
        var node = Trees.of(
                "networkInterfaceId", id,
                "subnetId", subnet,
                "vpcId", vpc,
                "ownerId", Region.ACCOUNT,
                "status", "in-use",
                "privateIpAddress", privateIp);
        node.set("groupSet", groupSet());
        if (publicIp != null) {
            node.set("association", Trees.of("publicIp", publicIp));
        }
        return node;
    }

    ArrayNode groupSet() {
        return Trees.array(securityGroups.stream()
                .map(group -> Trees.of("groupId", group, "groupName", group))
                .toList());
    }
}
