package io.barecount.policy.documents;

import java.util.List;

/** Documents that can't be used. */
public final class DocumentsRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<String> faults;

    public DocumentsRefused(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** Each with the file and the field. */
    public List<String> faults() {
        return faults;
    }
}
