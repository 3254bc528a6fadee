package io.barecount.contracts.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.util.List;
import java.util.Map;

/** An in-toto statement, version 1: this predicate holds for the subject of this digest. */
public record Statement(String _type, List<Subject> subject, String predicateType, JsonNode predicate) {
    public static final String TYPE = "https://in-toto.io/Statement/v1";

    public Statement {
        subject = List.copyOf(subject);
    }

    /** @param digest by algorithm, such as {@code sha256} */
    public record Subject(String name, Map<String, String> digest) {}

    public static Statement of(String subjectName, Digest subject, String predicateType, Object predicate) {
        return new Statement(
                TYPE,
                List.of(new Subject(subjectName, Map.of("sha256", subject.hex()))),
                predicateType,
                Json.tree(predicate));
    }

    public Envelope sign(SigningKey key) {
        return Envelope.sign(Envelope.IN_TOTO, CanonicalJson.bytes(this), key);
    }

    /** @throws NotProven if the predicate is of another type, or the subject is another one */
    public <P> P predicate(String expectedType, Class<P> type, Digest expectedSubject) {
        if (!TYPE.equals(_type) || !expectedType.equals(predicateType)) {
            throw new NotProven("a statement of type " + predicateType + ", expected " + expectedType);
        }
        if (subject.size() != 1
                || !expectedSubject.hex().equals(subject.get(0).digest().get("sha256"))) {
            throw new NotProven("the statement is about " + subject + ", expected " + expectedSubject);
        }
        try {
            return Json.fromTree(predicate, type);
        } catch (IllegalArgumentException e) {
            throw new NotProven(e.getMessage());
        }
    }
}
