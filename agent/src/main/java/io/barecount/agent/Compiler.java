package io.barecount.agent;

import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Compiles workloads that are a source file, once for each digest. */
final class Compiler {
    private static final int MINUTES_MAX = 2;

    private final Path cache;
    private final Lock one = new ReentrantLock();

    Compiler(Path cache) throws IOException {
        this.cache = cache;
        Files.createDirectories(cache);
    }

    /** The directory with its classes; null if the artifact is no Java source. One at a time, so that nothing is compiled twice. */
    Path compile(Path artifact, Digest digest) throws IOException, InterruptedException, Workplace.Unusable {
        if (!artifact.toString().endsWith(".java")) {
            return null;
        }
        one.lockInterruptibly();
        try {
            var classes = cache.resolve(digest.hex());
            if (!Files.isDirectory(classes)) {
                compile(artifact, classes);
            }
            return classes;
        } finally {
            one.unlock();
        }
    }

    private void compile(Path artifact, Path classes) throws IOException, InterruptedException, Workplace.Unusable {
        var partial = Files.createTempDirectory(cache, "compiling-");
        var messages = partial.resolveSibling(partial.getFileName() + ".txt");
        try {
            var compiler = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "javac")
                                    .toString(),
                            "-J-Xmx128m",
                            "-J-XX:TieredStopAtLevel=1",
                            "--release",
                            "21",
                            "-proc:none",
                            "-nowarn",
                            "-d",
                            partial.toString(),
                            artifact.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(messages.toFile())
                    .start();
            if (!compiler.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                compiler.destroyForcibly().waitFor();
                throw new Workplace.Unusable("the workload was not compiled within " + MINUTES_MAX + " minutes");
            }
            if (compiler.exitValue() != 0) {
                throw new Workplace.Unusable("the workload does not compile: "
                        + Workplace.lastWords(messages).replace(partial.toString(), ""));
            }
            Files.move(partial, classes, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(messages);
            Workplace.deleteTree(partial);
        }
    }
}
