package io.barecount.contracts.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    record Leave(String what) {}

    private static final SigningKey KEY = SigningKey.generate();
    private static final Digest SUBJECT = Digest.of("subject");
    private static final Envelope SIGNED = Statement.of(
                    "thing", SUBJECT, "https://example.org/leave/v1", new Leave("go"))
            .sign(KEY);

    @Test
    void aTrustedSignatureOpensIt() {
        var leave = SIGNED.verify(List.of(SigningKey.generate().verifyingKey(), KEY.verifyingKey()))
                .predicate("https://example.org/leave/v1", Leave.class, SUBJECT);

        assertThat(leave).isEqualTo(new Leave("go"));
    }

    @Test
    void anUntrustedSignerIsNamed() {
        var trusted = List.of(SigningKey.generate().verifyingKey());

        assertThatThrownBy(() -> SIGNED.verify(trusted))
                .isInstanceOf(NotProven.class)
                .hasMessageContaining(KEY.keyId());
    }

    @Test
    void aChangedPayloadOrTypeIsNotProven() {
        var payload = Base64.getEncoder().encodeToString("{}".getBytes());
        var trusted = List.of(KEY.verifyingKey());

        assertThatThrownBy(() -> new Envelope(SIGNED.payloadType(), payload, SIGNED.signatures()).verify(trusted))
                .isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> new Envelope("text/plain", SIGNED.payload(), SIGNED.signatures()).verify(trusted))
                .isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> new Envelope(SIGNED.payloadType(), "%%%", SIGNED.signatures()).verify(trusted))
                .isInstanceOf(NotProven.class);
    }

    @Test
    void anotherSubjectOrPredicateIsNotProven() {
        var statement = SIGNED.peek();

        assertThatThrownBy(() -> statement.predicate("https://example.org/leave/v1", Leave.class, Digest.of("other")))
                .isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> statement.predicate("https://example.org/other/v1", Leave.class, SUBJECT))
                .isInstanceOf(NotProven.class);
    }
}
