package io.barecount.embedded.platform;

import io.barecount.embedded.broker.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The built programs below the project's directory, and the commands that start them. */
final class Installation {
    private static final List<String> SERVICE_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx192m",
            "-Xmn80m",
            "-Xss512k",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    /** Batches of thousands of entries live for a moment only if the young generation has room for them. */
    private static final List<String> LEDGER_OPTIONS = List.of("-Xmx384m", "-Xmn224m", "-XX:SurvivorRatio=4");

    private static final Map<String, List<String>> PROGRAM_OPTIONS = Map.of(
            "broker", List.of("-XX:+UseSerialGC", "-Xmx384m", "--enable-native-access=ALL-UNNAMED"),
            "agent", List.of("-XX:+UseSerialGC", "-Xmx96m", "-Xss512k"));

    private final Path home;
    private final StartCache cache;

    Installation(Path home) throws IOException {
        this.home = home;
        this.cache = new StartCache(home.resolve("target/start-caches"));
    }

    Path home() {
        return home;
    }

    private Path serviceJar(String service) throws IOException {
        return built(home.resolve(service).resolve("target/quarkus-app/quarkus-run.jar"));
    }

    /** A service runs in its own directory. */
    Path serviceDirectory(String service) throws IOException {
        return serviceJar(service).getParent();
    }

    List<String> service(String service) throws IOException {
        var command = java(SERVICE_OPTIONS, cache.options(service, serviceJar(service)));
        if (Platform.LEDGER.equals(service)) {
            command.addAll(LEDGER_OPTIONS);
        }
        command.add("-jar");
        command.add("quarkus-run.jar");
        return command;
    }

    List<String> broker(Path directory, int port, int controllerPort) throws IOException {
        return program(
                "broker",
                "embedded",
                Broker.class.getName(),
                List.of(directory.toString(), Integer.toString(port), Integer.toString(controllerPort)));
    }

    List<String> agent() throws IOException {
        return program("agent", "agent", "io.barecount.agent.Agent", List.of());
    }

    /** The agent as one that no network reaches. */
    static List<String> airGap(Path home, List<String> arguments) throws IOException {
        var jar = new Installation(home).moduleJar("agent");
        var command = java(PROGRAM_OPTIONS.get("agent"), List.of());
        command.addAll(List.of("-cp", jar + ":" + jar.resolveSibling("lib") + "/*", "io.barecount.agent.AirGap"));
        command.addAll(arguments);
        return command;
    }

    private List<String> program(String name, String module, String main, List<String> arguments) throws IOException {
        var jar = moduleJar(module);
        var command = java(PROGRAM_OPTIONS.get(name), cache.options(name, jar));
        command.addAll(List.of("-cp", jar + ":" + jar.resolveSibling("lib") + "/*", main));
        command.addAll(arguments);
        return command;
    }

    boolean willWriteCaches(List<String> services) throws IOException {
        for (var service : services) {
            if (cache.isMissing(service, serviceJar(service))) {
                return true;
            }
        }
        return cache.isMissing("broker", moduleJar("embedded"));
    }

    private Path moduleJar(String module) throws IOException {
        var target = home.resolve(module).resolve("target");
        if (Files.isDirectory(target)) {
            try (var jars = Files.newDirectoryStream(target, module + "-*.jar")) {
                for (var jar : jars) {
                    return jar;
                }
            }
        }
        throw notBuilt(target.resolve(module + "-*.jar"));
    }

    private static Path built(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw notBuilt(file);
        }
        return file;
    }

    private static IOException notBuilt(Path missing) {
        return new IOException(missing + " is missing: build the project with ./barecount or mvn package");
    }

    private static List<String> java(List<String> options, List<String> cacheOptions) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(cacheOptions);
        return command;
    }
}
