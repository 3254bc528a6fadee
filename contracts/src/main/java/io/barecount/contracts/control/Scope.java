package io.barecount.contracts.control;

import io.barecount.contracts.manifest.RunnerType;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A part of all that runs, which is controlled and limited as one. Printed {@code kind/name}, the platform's as {@code platform}.
 *
 * @param name of a pipeline {@code namespace/pipeline}, of a pool {@code runner-type@boundary}; empty for the platform
 */
public record Scope(Kind kind, String name) {
    public static final Scope PLATFORM = new Scope(Kind.PLATFORM, "");

    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    public enum Kind {
        PLATFORM(""),
        NAMESPACE(NAME),
        PIPELINE(NAME + "/" + NAME),
        RUNNER_TYPE("lambda|fargate|glue|ec2|onprem"),
        BOUNDARY(NAME),
        /** Runners of one type in one boundary. */
        POOL("(lambda|fargate|glue|ec2|onprem)@" + NAME);

        private final Pattern form;

        Kind(String form) {
            this.form = Pattern.compile(form);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @throws IllegalArgumentException if nothing of this kind can have this name */
    public Scope {
        if (!kind.form.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a " + kind + " can't be called '" + name + "': its name is " + kind.form);
        }
    }

    public static Scope namespace(String name) {
        return new Scope(Kind.NAMESPACE, name);
    }

    public static Scope pipeline(String namespace, String name) {
        return new Scope(Kind.PIPELINE, namespace + "/" + name);
    }

    public static Scope runnerType(RunnerType type) {
        return new Scope(Kind.RUNNER_TYPE, nameOf(type));
    }

    public static Scope boundary(String name) {
        return new Scope(Kind.BOUNDARY, name);
    }

    public static Scope pool(RunnerType type, String boundary) {
        return new Scope(Kind.POOL, nameOf(type) + "@" + boundary);
    }

    /** @throws IllegalArgumentException unless the text is a scope as it is printed */
    public static Scope parse(String text) {
        var slash = text.indexOf('/');
        var kind = slash < 0 ? text : text.substring(0, slash);
        for (var known : Kind.values()) {
            if (known.toString().equals(kind)) {
                return new Scope(known, slash < 0 ? "" : text.substring(slash + 1));
            }
        }
        throw new IllegalArgumentException("no kind of scope: '" + kind
                + "'; a scope is platform, namespace/NAME, pipeline/NAMESPACE/NAME, runner-type/TYPE, boundary/NAME or"
                + " pool/TYPE@BOUNDARY");
    }

    private static String nameOf(RunnerType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return kind == Kind.PLATFORM ? kind.toString() : kind + "/" + name;
    }
}
