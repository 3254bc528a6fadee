package io.barecount.embedded.platform;

/** Is told, in plain sentences, what the supervisor does; called from several threads. */
@FunctionalInterface
public interface Listener {
    void said(String line);
}
