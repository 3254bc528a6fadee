package io.barecount.policy.documents;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Governance as it is written: texts by the name of their file, such as {@code policies/baseline.yaml}. What stands in other directories, or is
 * no YAML by its name, is none of it.
 */
public record DocumentFiles(SortedMap<String, String> texts) {
    /** Directories with one document a file. */
    static final List<String> KINDS = List.of("policies", "boundaries", "prices", "budgets");

    /** Together: a hundred times what is shipped, and so little that a request holds it. */
    static final int CHARACTERS_MAX = 2_000_000;

    private static final Pattern NAME =
            Pattern.compile("(" + String.join("|", KINDS) + ")/[A-Za-z0-9_][A-Za-z0-9_.-]*[.]ya?ml");

    public DocumentFiles {
        texts = new TreeMap<>(texts);
    }

    /**
     * Files that were sent by whoever has them.
     *
     * @throws DocumentsRefused if one has a name that no document has, or they are too much
     */
    public static DocumentFiles sent(Map<String, String> texts) {
        var faults = new ArrayList<String>();
        texts.forEach((name, text) -> {
            if (!NAME.matcher(name).matches()) {
                faults.add(name + ": no document's name, which is one of " + String.join(", ", KINDS)
                        + ", a slash, and a file name that ends in .yaml or .yml");
            } else if (text == null) {
                faults.add(name + ": no text");
            }
        });
        var characters = texts.values().stream()
                .mapToLong(text -> text == null ? 0 : text.length())
                .sum();
        if (characters > CHARACTERS_MAX) {
            faults.add("the documents have " + characters + " characters, allowed are " + CHARACTERS_MAX);
        }
        if (!faults.isEmpty()) {
            throw new DocumentsRefused(faults);
        }
        return new DocumentFiles(new TreeMap<>(texts));
    }

    /** @throws DocumentsRefused if there is no such directory, or a file can't be read */
    public static DocumentFiles in(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new DocumentsRefused(List.of("there is no directory " + directory + " (barecount.policy.documents)"));
        }
        var texts = new TreeMap<String, String>();
        var faults = new ArrayList<String>();
        for (var kind : KINDS) {
            for (var file : filesIn(directory.resolve(kind), faults)) {
                var name = kind + "/" + file.getFileName();
                try {
                    texts.put(name, Files.readString(file));
                } catch (CharacterCodingException e) {
                    faults.add(name + ": no text in UTF-8");
                } catch (IOException e) {
                    faults.add(name + ": " + e);
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new DocumentsRefused(faults);
        }
        return new DocumentFiles(texts);
    }

    private static List<Path> filesIn(Path below, List<String> faults) {
        if (!Files.isDirectory(below)) {
            return List.of();
        }
        try (var entries = Files.list(below)) {
            return entries.filter(file -> file.getFileName().toString().matches("[^.].*[.]ya?ml"))
                    .toList();
        } catch (IOException e) {
            faults.add(below.getFileName() + ": " + e);
            return List.of();
        }
    }

    /** Names of the files of one kind, in their order. */
    List<String> of(String kind) {
        return texts.keySet().stream()
                .filter(name -> name.startsWith(kind + "/"))
                .toList();
    }
}
