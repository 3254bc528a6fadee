package io.barecount.oracle;

/** What a started thing does. It is interrupted when the provider stops it. */
@FunctionalInterface
public interface Workload {
    /** The exit code; an exception counts as 1. */
    int run(Started started) throws Exception;
}
