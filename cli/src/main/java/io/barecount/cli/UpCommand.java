package io.barecount.cli;

import io.barecount.cli.access.Access;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.Shape;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "Starts the platform on this machine: broker, database, services, console and agent, each its own process.")
final class UpCommand implements Callable<Integer> {
    private static final Duration LINK_VALID = Duration.ofHours(12);

    @Mixin
    private DataOption data;

    @Option(names = "--port", paramLabel = "N", description = "Port of the front door (default: a free one, kept).")
    private Integer port;

    @Option(
            names = "--cluster",
            description =
                    "Three brokers with every record on three, and two instances of each service but the ledger, and of the"
                            + " console: what a cluster is, on one machine, with one database.")
    private boolean cluster;

    @Option(
            names = "--aws",
            description =
                    "Lambda, Fargate, Glue and EC2 run on Amazon Web Services, with the credentials and settings of the"
                            + " environment (AWS_*, BARECOUNT_GATEWAY_AWS_*), instead of as processes on this machine.")
    private boolean aws;

    @Option(
            names = "--aws-endpoint",
            paramLabel = "URL",
            description = "As --aws, but on an emulator that answers there.")
    private URI awsEndpoint;

    @Option(
            names = "--witnesses",
            paramLabel = "FILE",
            description =
                    "Witnesses that cosign the ledger's checkpoints: a line as ./barecount witness prints it for each.")
    private Path witnesses;

    @Option(
            names = "--tokens",
            description =
                    "Asks everybody for a token, by a key that is made at the first start: see ./barecount token. Without it,"
                            + " whoever reaches this machine's loopback address may do anything.")
    private boolean tokens;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var began = System.nanoTime();
        var ended = new CountDownLatch(1);
        try {
            var platform = Platform.start(new Platform.Options(
                    Home.directory(),
                    data.directory(),
                    cluster ? Shape.CLUSTER : Shape.SINGLE,
                    port,
                    tokens ? Access.with(settings(), Access.settings(data.directory())) : settings(),
                    line -> System.out.printf("[%5.1f s] %s%n", seconds(began), line)));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                platform.close();
                                System.out.println("stopped; nothing is left running");
                                ended.countDown();
                            },
                            "stop"));
            System.out.printf(
                    "%nThe platform is up after %.1f s: %s%nData, logs and keys are in %s. Ctrl-C, or ./barecount down%s, stops it.%n",
                    seconds(began),
                    platform.state().frontDoor(),
                    data.directory().root(),
                    data.argument());
            if (tokens) {
                System.out.println("Sign in once by " + link(platform.state().frontDoor()) + "\n./barecount token"
                        + data.argument() + " --link makes another.");
            }
            ended.await();
            return 0;
        } catch (Platform.AlreadyRunning e) {
            if (e.state() == null || !e.state().ready()) {
                System.out.println(
                        "A platform is starting over " + data.directory().root() + " already.");
            } else {
                System.out.println("A platform runs over " + data.directory().root() + " already:\n");
                System.out.print(StatusCommand.table(e.state()));
            }
            return 0;
        }
    }

    private String link(String frontDoor) throws IOException {
        return Access.link(frontDoor, Access.token(data.directory(), Access.everything(), LINK_VALID));
    }

    private Map<String, Map<String, String>> settings() {
        var ledger = witnesses == null
                ? Map.<String, String>of()
                : Map.of(
                        "BARECOUNT_LEDGER_WITNESSES", witnesses.toAbsolutePath().toString());
        return Map.of("runner-gateway", gateway(), "ledger-service", ledger);
    }

    private Map<String, String> gateway() {
        var settings = new HashMap<String, String>();
        if (aws || awsEndpoint != null) {
            settings.put("BARECOUNT_GATEWAY_PROVIDER", "aws");
        }
        if (awsEndpoint != null) {
            settings.put("BARECOUNT_GATEWAY_AWS_ENDPOINT", awsEndpoint.toString());
        }
        return settings;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
