package io.barecount.cli;

import java.nio.file.Path;

/** The project's directory, which the launcher tells. */
final class Home {
    private Home() {}

    static Path directory() {
        var home = System.getProperty("barecount.home");
        if (home == null) {
            throw new IllegalStateException("the system property barecount.home is missing: start through ./barecount");
        }
        return Path.of(home);
    }
}
