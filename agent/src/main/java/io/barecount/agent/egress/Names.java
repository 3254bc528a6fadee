package io.barecount.agent.egress;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The name server inside (RFC 1035, by UDP): answers each name with an address of its own, from the block that RFC 2544 sets aside for
 * tests, so that a connection to it tells which name was meant. It asks nobody; whether there is such a name is found out outside.
 */
final class Names {
    private static final int PORT = 53;
    private static final int A = 1;
    private static final int TTL_SECONDS = 60;
    private static final int MESSAGE_MAX = 512;
    private static final int NAMES_MAX = 4096;

    private final Map<String, InetAddress> addresses = new HashMap<>();
    private final Map<InetAddress, String> names = new HashMap<>();

    static Names serve() throws IOException {
        var names = new Names();
        var socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", PORT));
        Thread.ofPlatform().name("names").start(() -> {
            while (true) {
                var packet = new DatagramPacket(new byte[MESSAGE_MAX], MESSAGE_MAX);
                try {
                    socket.receive(packet);
                    var answer = names.answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
                    // What is no question gets no answer.
                }
            }
        });
        return names;
    }

    /** Null if it stands for no name. */
    synchronized String of(InetAddress address) {
        return names.get(address);
    }

    byte[] answer(ByteBuffer question) throws UnknownHostException {
        var id = question.getShort();
        question.position(12);
        var name = new StringJoiner(".");
        for (var length = question.get(); length > 0; length = question.get()) {
            var label = new byte[length];
            question.get(label);
            name.add(new String(label, StandardCharsets.US_ASCII));
        }
        var type = question.getShort();
        question.getShort();
        var end = question.position();
        var address = type == A ? address(name.toString().toLowerCase(Locale.ROOT)) : null;
        var answer = ByteBuffer.allocate(end + 16);
        answer.putShort(id).putShort((short) 0x8180).putShort((short) 1);
        answer.putShort((short) (address == null ? 0 : 1)).putShort((short) 0).putShort((short) 0);
        answer.put(question.array(), 12, end - 12);
        if (address != null) {
            answer.putShort((short) 0xC00C).putShort((short) A).putShort((short) 1);
            answer.putInt(TTL_SECONDS).putShort((short) 4).put(address.getAddress());
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    private synchronized InetAddress address(String name) throws UnknownHostException {
        var known = addresses.get(name);
        if (known != null || addresses.size() >= NAMES_MAX) {
            return known;
        }
        var number = addresses.size() + 1;
        var address = InetAddress.getByAddress(new byte[] {(byte) 198, 18, (byte) (number >> 8), (byte) number});
        addresses.put(name, address);
        names.put(address, name);
        return address;
    }
}
