package io.barecount.manifest.registry;

import java.util.regex.Pattern;

/** What a pipeline is known by, printed {@code namespace/name}; both are well-formed names. */
public record PipelineName(String namespace, String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Whether a text has the form that namespaces, pipelines and hooks are named in. */
    public static boolean isName(String text) {
        return text != null && NAME.matcher(text).matches();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
