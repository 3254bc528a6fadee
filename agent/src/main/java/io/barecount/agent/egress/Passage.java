package io.barecount.agent.egress;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The agent's side of the way out: connects a workload to those whom its boundary names, to nobody else, and keeps count. Names are
 * resolved here, when somebody is to be reached.
 */
public final class Passage implements AutoCloseable {
    static final byte GRANTED = '+';
    private static final byte REFUSED = '-';

    /** Longer than a name can be (RFC 1035), with its port. */
    private static final int ASKED_MAX = 300;

    private static final int PEERS_MAX = 50;
    private static final String OTHERS = "others";
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    /** What a socket's path may be long, in bytes: Linux's {@code sun_path}, less its end. */
    private static final int PATH_MAX = 107;

    private final List<Peer> allowed;
    private final Path record;
    private final ServerSocketChannel server;
    private final Map<String, Traffic> traffic;

    /** @param there bytes that the workload sent */
    record Traffic(long reached, long refused, long failed, long there, long back) {
        static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

        Traffic plus(Traffic more) {
            return new Traffic(
                    reached + more.reached,
                    refused + more.refused,
                    failed + more.failed,
                    there + more.there,
                    back + more.back);
        }
    }

    private record Kept(TreeMap<String, Traffic> peers) {}

    private Passage(List<Peer> allowed, Path record, ServerSocketChannel server, Map<String, Traffic> traffic) {
        this.allowed = allowed;
        this.record = record;
        this.server = server;
        this.traffic = traffic;
    }

    /**
     * Opens it at this socket, also after an earlier one of a killed agent, whose record goes on.
     *
     * @param allow each {@code host:port}
     * @throws IllegalArgumentException if one of them is not
     */
    public static Passage open(List<String> allow, Path socket, Path record) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > PATH_MAX) {
            throw new IOException("the agent's data directory is too deep: " + socket + " is longer than " + PATH_MAX
                    + " bytes, which a socket's path can't be");
        }
        var peers = allow.stream().map(Peer::parse).toList();
        Files.deleteIfExists(socket);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        var passage = new Passage(peers, record, server, kept(record));
        Thread.ofVirtual().name("passage").start(passage::accept);
        return passage;
    }

    /** Ports that the gate has to listen at. */
    public static List<String> ports(List<String> allow) {
        return allow.stream()
                .map(peer -> Integer.toString(Peer.parse(peer).port()))
                .distinct()
                .toList();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                var inside = server.accept();
                Thread.ofVirtual().start(() -> pass(inside));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                System.err.println("egress: " + e);
            }
        }
    }

    private void pass(SocketChannel inside) {
        try (inside) {
            var peer = Peer.parse(asked(inside));
            if (!allowed.contains(peer)) {
                count(peer, new Traffic(0, 1, 0, 0, 0));
                inside.write(ByteBuffer.wrap(new byte[] {REFUSED}));
                return;
            }
            try (var outside = SocketChannel.open()) {
                outside.socket().connect(new InetSocketAddress(peer.host(), peer.port()), (int) CONNECT_MAX.toMillis());
                count(peer, new Traffic(1, 0, 0, 0, 0));
                inside.write(ByteBuffer.wrap(new byte[] {GRANTED}));
                Relay.both(inside, outside, (there, back) -> count(peer, new Traffic(0, 0, 0, there, back)));
            } catch (IOException | UnresolvedAddressException e) {
                count(peer, new Traffic(0, 0, 1, 0, 0));
            }
        } catch (IOException | IllegalArgumentException e) {
            // Whoever asked so is not the gate, or has gone.
        }
    }

    private static String asked(SocketChannel inside) throws IOException {
        var one = ByteBuffer.allocate(1);
        var asked = new StringBuilder();
        while (asked.length() < ASKED_MAX && inside.read(one.clear()) == 1 && one.get(0) != '\n') {
            asked.append((char) one.get(0));
        }
        return asked.toString();
    }

    private synchronized void count(Peer peer, Traffic more) {
        var key = traffic.containsKey(peer.toString()) || traffic.size() < PEERS_MAX ? peer.toString() : OTHERS;
        traffic.merge(key, more, Traffic::plus);
        try {
            var partial = record.resolveSibling(record.getFileName() + ".partial");
            Files.write(partial, Json.bytes(new Kept(new TreeMap<>(traffic))));
            Files.move(partial, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            System.err.println("egress: the record can't be written: " + e);
        }
    }

    private static Map<String, Traffic> kept(Path record) throws IOException {
        return Files.exists(record)
                ? Json.read(Files.readString(record), Kept.class).peers()
                : new TreeMap<>();
    }

    /** Who was reached, and who was not, for the evidence. */
    public static String observed(Path record) throws IOException {
        var peers = kept(record);
        return "reached: "
                + list(
                        peers,
                        t -> t.reached() > 0,
                        t -> t.reached() + " times, " + t.there() + " bytes out, " + t.back() + " in")
                + "; refused: " + list(peers, t -> t.refused() > 0, t -> t.refused() + " times")
                + "; did not answer: " + list(peers, t -> t.failed() > 0, t -> t.failed() + " times");
    }

    private static String list(Map<String, Traffic> peers, Predicate<Traffic> which, Function<Traffic, String> what) {
        var listed = peers.entrySet().stream()
                .filter(peer -> which.test(peer.getValue()))
                .map(peer -> peer.getKey() + " (" + what.apply(peer.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return listed.isEmpty() ? "nobody" : listed;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
