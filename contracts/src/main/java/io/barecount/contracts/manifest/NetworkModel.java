package io.barecount.contracts.manifest;

/** How a runner reaches the systems it works with. */
public enum NetworkModel {
    VPN,
    PRIVATELINK,
    VPC_PEERING,
    ONPREM
}
