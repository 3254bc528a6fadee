package io.barecount.policy.documents;

import java.util.List;

/** Collects what is wrong with one document, each with its line. */
final class Flaws {
    private final String file;
    private final Lines lines;
    private final List<String> all;
    private boolean any;

    /** @param all where they are put, beside those of other documents */
    Flaws(String file, Lines lines, List<String> all) {
        this.file = file;
        this.lines = lines;
        this.all = all;
    }

    void add(String pointer, String reason) {
        any = true;
        all.add(place(pointer) + ": " + (pointer.isEmpty() ? "the document" : pointer) + ": " + reason);
    }

    String file() {
        return file;
    }

    boolean any() {
        return any;
    }

    /** As compilers write it. */
    String place(String pointer) {
        return file + ":" + lines.at(pointer);
    }
}
