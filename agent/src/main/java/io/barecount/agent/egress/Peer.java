package io.barecount.agent.egress;

import java.util.Locale;

/** Whom a workload may reach: a name or an address, and a port. */
record Peer(String host, int port) {
    /** @throws IllegalArgumentException unless it is {@code host:port}; an IPv6 address is in brackets */
    static Peer parse(String text) {
        var colon = text.lastIndexOf(':');
        try {
            var host = text.substring(0, Math.max(colon, 0)).replaceAll("^\\[(.*)]$", "$1");
            var port = Integer.parseInt(text.substring(colon + 1));
            if (host.isEmpty() || port < 1 || port > 65535) {
                throw new NumberFormatException();
            }
            return new Peer(host.toLowerCase(Locale.ROOT), port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a peer is host:port, found " + text, e);
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
