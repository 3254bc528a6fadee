package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.barecount.verifier.Arguments.Wrong;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A {@link Witness} behind HTTP: {@code java -jar verifier.jar witness}, and {@code ./barecount witness}. */
public final class WitnessServer implements AutoCloseable {
    private static final String USAGE = """
            Usage: witness --dir DIR --name NAME --log KEY [--log KEY ...] [--host ADDRESS] [--port N]

            Cosigns the checkpoints of logs that only grow, by C2SP tlog-witness, and refuses those of a log that was put back or
            rewritten. Run it where who runs the log can't reach it: on another machine, or at least as another user.

              --dir DIR      its key, made at the first start, and what it cosigned last; of this witness alone, not to be put back
              --name NAME    its name in cosignatures, such as witness.example.org
              --log KEY      a log that it witnesses, <origin>+<hash>+<base64>, or a file with that in a line "log KEY"
              --host ADDRESS where it listens (default: 127.0.0.1)
              --port N       (default: 7390)
            """;
    private static final int REQUEST_BYTES_MAX = 64 * 1024;
    private static final String DEFAULT_PORT = "7390";

    private final Witness witness;
    private final HttpServer server;
    private final WitnessKey key;

    private WitnessServer(WitnessKey key, List<NoteKey> logs, Path directory, InetSocketAddress address)
            throws IOException {
        this.key = key;
        witness = new Witness(key, logs, directory, Clock.systemUTC());
        server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", this::handle);
        server.start();
    }

    /** @param logs keys of the logs, as {@code --log} takes them */
    public static WitnessServer start(Path directory, String name, List<String> logs, InetSocketAddress address)
            throws IOException {
        Files.createDirectories(directory);
        var key = WitnessKey.inFile(name, directory.resolve("witness.key"));
        return new WitnessServer(key, logs.stream().map(NoteKey::parse).toList(), directory, address);
    }

    public String verifierKey() {
        return key.verifierKey();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Runs until the process is ended. @return the exit code if it was called wrongly */
    public static int run(List<String> args, PrintWriter out, PrintWriter err) {
        try {
            var arguments = Arguments.parse(
                    args, Set.of("--dir", "--name", "--log", "--host", "--port"), Set.of("--help", "-h"));
            if (arguments.has("--help") || arguments.has("-h")) {
                out.print(USAGE);
                out.flush();
                return 0;
            }
            for (var required : List.of("--dir", "--name", "--log")) {
                if (!arguments.has(required)) {
                    throw new Wrong(required + " is missing");
                }
            }
            serve(arguments, out);
            return 0;
        } catch (Wrong | NotProven | NumberFormatException e) {
            err.println("witness: " + e.getMessage() + "\n" + USAGE);
            return 2;
        } catch (IOException e) {
            err.println("witness: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void serve(Arguments arguments, PrintWriter out) throws IOException, InterruptedException {
        var address = new InetSocketAddress(
                InetAddress.getByName(arguments.value("--host", "127.0.0.1")),
                Integer.parseInt(arguments.value("--port", DEFAULT_PORT)));
        var logs = arguments.values("--log").stream().map(WitnessServer::log).toList();
        try (var server = start(Path.of(arguments.value("--dir")), arguments.value("--name"), logs, address)) {
            out.println("witness " + server.verifierKey() + " http://"
                    + server.address().getAddress().getHostAddress() + ":"
                    + server.address().getPort());
            out.flush();
            new CountDownLatch(1).await();
        }
    }

    private static String log(String keyOrFile) {
        var file = Path.of(keyOrFile);
        if (!Files.isRegularFile(file)) {
            return keyOrFile;
        }
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith("log "))
                    .map(line -> line.split("\\s+")[1])
                    .findFirst()
                    .orElseThrow(() -> new Wrong(file + " has no line \"log KEY\""));
        } catch (IOException e) {
            throw new Wrong(file + " can't be read: " + e.getMessage());
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Witness.Answer answer;
            try {
                answer = answer(exchange);
            } catch (IOException e) {
                System.err.println("witness: " + e);
                answer = Witness.Answer.refused(500, "the witness can't remember: " + e.getMessage());
            }
            var body = answer.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Witness.Answer answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (path.equals("/add-checkpoint") && exchange.getRequestMethod().equals("POST")) {
            var body = exchange.getRequestBody().readNBytes(REQUEST_BYTES_MAX + 1);
            if (body.length > REQUEST_BYTES_MAX) {
                return Witness.Answer.refused(400, "a request has at most " + REQUEST_BYTES_MAX + " bytes");
            }
            try {
                return witness.add(Texts.utf8(body));
            } catch (NotProven e) {
                return Witness.Answer.refused(400, e.getMessage());
            }
        }
        if (path.endsWith("/checkpoint") && exchange.getRequestMethod().equals("GET")) {
            var latest = witness.latest(path.substring(1, path.length() - "/checkpoint".length()));
            if (latest != null) {
                return Witness.Answer.cosigned(latest);
            }
        }
        return Witness.Answer.refused(
                404, "POST /add-checkpoint, or GET /<origin hash>/checkpoint of a log that was cosigned");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
