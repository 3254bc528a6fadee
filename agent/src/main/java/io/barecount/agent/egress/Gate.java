package io.barecount.agent.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stands in the workload's network namespace and takes its connections. Whom one was meant for it knows from the address that it was made
 * to, as every address is local there, and from the name that was asked for it. It decides nothing: the agent outside does.
 */
public final class Gate {
    /** Written when all is listened to. */
    static final String READY = "gate.ready";

    /** Ports at which attempts to reach somebody are noticed, though nobody may be reached there. */
    private static final List<Integer> WATCHED =
            List.of(22, 25, 53, 80, 443, 1433, 1521, 3306, 5432, 6379, 8080, 8443, 9092, 27017);

    private final Path passage;
    private final Names names;

    private Gate(Path passage, Names names) {
        this.passage = passage;
        this.names = names;
    }

    /** {@code PASSAGE PORT...}: the agent's socket, and the ports of those who may be reached. */
    public static void main(String[] args) throws IOException {
        var gate = new Gate(Path.of(args[0]), Names.serve());
        var allowed = Arrays.stream(args).skip(1).map(Integer::valueOf).toList();
        for (var port :
                Stream.concat(allowed.stream(), WATCHED.stream()).distinct().toList()) {
            try {
                gate.listen(port);
            } catch (IOException e) {
                if (allowed.contains(port)) {
                    throw e;
                }
            }
        }
        Files.createFile(Path.of(READY));
    }

    private void listen(int port) throws IOException {
        var server = ServerSocketChannel.open().bind(new InetSocketAddress(port));
        Thread.ofPlatform().name("gate-" + port).start(() -> {
            while (true) {
                try {
                    var inside = server.accept();
                    Thread.ofVirtual().start(() -> pass(inside));
                } catch (IOException e) {
                    System.err.println("gate at port " + port + ": " + e);
                }
            }
        });
    }

    private void pass(SocketChannel inside) {
        try (inside;
                var outside = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var meant = (InetSocketAddress) inside.getLocalAddress();
            outside.connect(UnixDomainSocketAddress.of(passage));
            var asked = new Peer(host(meant.getAddress()), meant.getPort()) + "\n";
            outside.write(ByteBuffer.wrap(asked.getBytes(StandardCharsets.UTF_8)));
            var answer = ByteBuffer.allocate(1);
            if (outside.read(answer) == 1 && answer.get(0) == Passage.GRANTED) {
                Relay.both(inside, outside, (out, in) -> {});
            } else {
                inside.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // The connection ends, as any may.
        }
    }

    private String host(InetAddress address) {
        var name = names.of(address);
        return name == null ? address.getHostAddress().replaceFirst("%.*", "") : name;
    }
}
