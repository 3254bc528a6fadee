package io.barecount.oracle;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Every start that was ever accepted, a line each. A last line that a crash tore is cut off: its answer was never sent. */
final class StartLog implements AutoCloseable {
    private final FileChannel file;
    private final List<Started> starts = new ArrayList<>();

    StartLog(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
        var read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = file.read(bytes);
        }
        var text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        var whole = text.substring(0, text.lastIndexOf('\n') + 1);
        whole.lines().map(line -> Json.read(line, Started.class)).forEach(starts::add);
        var end = whole.getBytes(StandardCharsets.UTF_8).length;
        file.truncate(end).position(end);
    }

    /** Returns when the start is on the disk. */
    synchronized void append(Started started) {
        try {
            var line = ByteBuffer.wrap((Json.text(started) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                file.write(line);
            }
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        starts.add(started);
    }

    synchronized List<Started> starts() {
        return List.copyOf(starts);
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
