package io.barecount.agent;

import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Compiles workloads that are a source file, once for each digest. */
final class Compiler {
    private final Path cache;

    Compiler(Path cache) throws IOException {
        this.cache = cache;
        Files.createDirectories(cache);
    }

    /** The directory with its classes; null if the artifact is no Java source. One thread at a time, so that nothing is compiled twice. */
    synchronized Path compile(Path artifact, Digest digest)
            throws IOException, InterruptedException, Workplace.Unusable {
        if (!artifact.toString().endsWith(".java")) {
            return null;
        }
        var classes = cache.resolve(digest.hex());
        if (Files.isDirectory(classes)) {
            return classes;
        }
        var partial = Files.createTempDirectory(cache, "compiling-");
        var messages = partial.resolveSibling(partial.getFileName() + ".txt");
        var compiler = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-J-Xmx128m",
                        "-J-XX:TieredStopAtLevel=1",
                        "-proc:none",
                        "-nowarn",
                        "-d",
                        partial.toString(),
                        artifact.toString())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        if (compiler.waitFor() != 0) {
            throw new Workplace.Unusable("the workload does not compile: "
                    + Files.readString(messages).strip());
        }
        Files.delete(messages);
        Files.move(partial, classes, StandardCopyOption.ATOMIC_MOVE);
        return classes;
    }
}
