package io.barecount.agent;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Secrets that workloads refer to: files of a directory of their own on this machine, which nobody but the agent's user may read. A value
 * goes to its workload and nowhere else, and no message holds one.
 *
 * <p>{@code file:name} is the file of this name. An agent that stands in for a runner of AWS keeps what {@code secretsmanager:path} refers to
 * in the file {@code secretsmanager/path}, as its storage stands in for a bucket.
 *
 * @param directory null where this agent has none
 */
record Secrets(Path directory) {
    private static final String FILE = "file:";
    private static final String STAND_IN = "secretsmanager:";
    private static final int BYTES_MAX = 64 * 1024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /**
     * The values, by what the workload calls them.
     *
     * @throws Workplace.Unusable if one can't be had, or lies where others can read it
     */
    Map<String, String> resolve(Map<String, String> references) throws Workplace.Unusable {
        var values = new TreeMap<String, String>();
        for (var secret : references.entrySet()) {
            values.put(secret.getKey(), value(secret.getKey(), secret.getValue()));
        }
        return values;
    }

    private String value(String name, String reference) throws Workplace.Unusable {
        var what = "the secret " + name + " (" + reference + ")";
        if (directory == null) {
            throw new Workplace.Unusable(
                    what + " can't be had: this agent has no directory of secrets, see BARECOUNT_AGENT_SECRETS");
        }
        var file = file(what, reference);
        try {
            if (!Files.isRegularFile(file)) {
                throw new Workplace.Unusable(what + " is missing: put it into the file " + file + ", mode 0400");
            }
            if (!file.toRealPath().startsWith(directory.toRealPath())) {
                throw new Workplace.Unusable(what + " leads out of the directory of secrets by a symbolic link");
            }
            if (isForOthers(file)) {
                throw new Workplace.Unusable(
                        what + " is no secret, as others may read or write it: chmod 0400 " + file);
            }
            return content(what, file);
        } catch (IOException e) {
            throw new Workplace.Unusable(
                    what + " can't be read: " + e.getClass().getSimpleName() + " at " + file);
        }
    }

    private Path file(String what, String reference) throws Workplace.Unusable {
        var relative = reference.startsWith(FILE)
                ? reference.substring(FILE.length())
                : reference.startsWith(STAND_IN) ? "secretsmanager/" + reference.substring(STAND_IN.length()) : "";
        var file = directory.resolve(relative).normalize();
        if (relative.isEmpty() || relative.startsWith("/") || !file.startsWith(directory) || file.equals(directory)) {
            throw new Workplace.Unusable(what + " is no reference that an agent can follow: expected " + FILE
                    + "name, of a file in its directory of secrets");
        }
        return file;
    }

    private static boolean isForOthers(Path file) throws IOException {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file, new LinkOption[0]).stream()
                        .anyMatch(OTHERS::contains);
    }

    /** Without the line end that editors leave. */
    private static String content(String what, Path file) throws IOException, Workplace.Unusable {
        if (Files.size(file) > BYTES_MAX) {
            throw new Workplace.Unusable(what + " is longer than " + BYTES_MAX + " bytes");
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new Workplace.Unusable(what + " is not text in UTF-8, as an environment variable has to be");
        }
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new Workplace.Unusable(
                    what + " is empty or has a zero byte, which an environment variable can't hold");
        }
        return text;
    }
}
