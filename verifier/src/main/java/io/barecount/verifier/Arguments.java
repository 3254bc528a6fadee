package io.barecount.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A command line: {@code --name value}, {@code --name=value}, switches, and at most one file. */
final class Arguments {
    private final Map<String, List<String>> options = new HashMap<>();
    private final Set<String> switches = new HashSet<>();
    private String file;

    /** Was called wrongly; the message says how to. */
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message);
        }
    }

    /**
     * @param known options that take a value
     * @param knownSwitches that take none
     */
    static Arguments parse(List<String> words, Set<String> known, Set<String> knownSwitches) {
        var arguments = new Arguments();
        for (var i = 0; i < words.size(); i++) {
            var word = words.get(i);
            var equals = word.startsWith("--") ? word.indexOf('=') : -1;
            var name = equals < 0 ? word : word.substring(0, equals);
            if (knownSwitches.contains(word)) {
                arguments.switches.add(word);
            } else if (known.contains(name)) {
                if (equals < 0 && ++i == words.size()) {
                    throw new Wrong(name + " needs a value");
                }
                arguments
                        .options
                        .computeIfAbsent(name, key -> new ArrayList<>())
                        .add(equals < 0 ? words.get(i) : word.substring(equals + 1));
            } else if (word.startsWith("-")) {
                throw new Wrong("there is no option " + word);
            } else if (arguments.file != null) {
                throw new Wrong("one file at a time: " + arguments.file + " and " + word);
            } else {
                arguments.file = word;
            }
        }
        return arguments;
    }

    boolean has(String name) {
        return switches.contains(name) || options.containsKey(name);
    }

    /** The last one given; null if none is. */
    String value(String name) {
        var values = options.get(name);
        return values == null ? null : values.get(values.size() - 1);
    }

    String value(String name, String otherwise) {
        return has(name) ? value(name) : otherwise;
    }

    List<String> values(String name) {
        return options.getOrDefault(name, List.of());
    }

    /** Null to check the log itself. */
    String file() {
        return file;
    }
}
