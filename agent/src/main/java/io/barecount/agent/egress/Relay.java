package io.barecount.agent.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Carries bytes both ways between two connections until each side has said all. */
final class Relay {
    private static final int BUFFER = 16 * 1024;

    private Relay() {}

    /** Bytes carried, when it is over. */
    interface Count {
        void carried(long there, long back);
    }

    static void both(SocketChannel one, SocketChannel other, Count count) throws IOException {
        var back = new long[1];
        var returning = Thread.ofVirtual().start(() -> back[0] = oneWay(other, one));
        var there = oneWay(one, other);
        try {
            returning.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        count.carried(there, back[0]);
    }

    private static long oneWay(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(BUFFER);
        var carried = 0L;
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    carried += to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
        return carried;
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }
}
