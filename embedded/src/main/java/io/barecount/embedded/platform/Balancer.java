package io.barecount.embedded.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address for several instances of a service, as a cluster's own balancer gives them: each new connection goes to the next instance
 * that takes it. What is inside a connection is not looked at.
 */
final class Balancer implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 1000;
    private static final int BACKLOG = 256;

    private final ServerSocket listening;
    private final List<Integer> targets;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<Integer> drained = ConcurrentHashMap.newKeySet();

    private Balancer(ServerSocket listening, List<Integer> targets) {
        this.listening = listening;
        this.targets = List.copyOf(targets);
    }

    /** @param targets ports of the instances, on the loopback address as all else */
    static Balancer open(int port, List<Integer> targets) throws IOException {
        var balancer = new Balancer(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), targets);
        Thread.ofVirtual().name("balance-" + port).start(balancer::accept);
        return balancer;
    }

    /** New connections go to others as long as this lasts. */
    void drain(int target) {
        drained.add(target);
    }

    void resume(int target) {
        drained.remove(target);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                var instance = takenBy()) {
            if (instance == null) {
                return;
            }
            client.setTcpNoDelay(true);
            var back = Thread.ofVirtual().start(() -> pass(instance, client));
            pass(client, instance);
            back.join();
        } catch (IOException | InterruptedException gone) {
            // either end's connection broke: so does the other's
        }
    }

    /** Null if no instance takes connections at present. */
    private Socket takenBy() {
        var first = next.getAndIncrement();
        for (var i = 0; i < targets.size(); i++) {
            var target = targets.get(Math.floorMod(first + i, targets.size()));
            if (drained.contains(target)) {
                continue;
            }
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS_MAX);
                return socket;
            } catch (IOException refused) {
                closeQuietly(socket);
            }
        }
        return null;
    }

    /** Until one end says that it has no more to say; a broken connection breaks both. */
    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException broken) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAnyway) {
            // nothing is left to be done with it
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
