package io.barecount.embedded.platform;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TreeMap;

/** Loopback ports by name: a free one at first, the same one at later starts while it is free. */
final class Ports {
    private static final class ByName extends TreeMap<String, Integer> {
        private static final long serialVersionUID = 1L;
    }

    private final Path file;
    private final ByName ports;

    Ports(Path file) throws IOException {
        this.file = file;
        this.ports = remembered(file);
    }

    /** Nothing depends on old ports: a file that can't be read is one that isn't there. */
    private static ByName remembered(Path file) throws IOException {
        try {
            return Files.exists(file) ? Json.read(Files.readString(file), ByName.class) : new ByName();
        } catch (IllegalArgumentException unreadable) {
            return new ByName();
        }
    }

    /** Broker and database ask at the same time. */
    synchronized int of(String name) throws IOException {
        var known = ports.get(name);
        if (known != null && isFree(known)) {
            return known;
        }
        int port;
        do {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
        } while (ports.containsValue(port));
        return fix(name, port);
    }

    /** @throws IOException if it is taken */
    synchronized int require(String name, int port) throws IOException {
        if (!isFree(port)) {
            throw new IOException(
                    "port " + port + " for " + name + " is taken: give another one with --port, or leave it out");
        }
        return fix(name, port);
    }

    private int fix(String name, int port) throws IOException {
        ports.put(name, port);
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.writeString(partial, Json.text(ports));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return port;
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
