package io.barecount.messaging.signers;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.Signers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignersDirectoryTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final String GOOD =
            """
            {"namespace": "retail", "required": true, "signers": [{
              "keyId": "%s", "publicKey": "%s", "owner": "data-platform",
              "from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z",
              "revoked": {"at": "2026-11-25T12:00:00Z", "reason": "lost"}}]}
            """.formatted(KEY.keyId(), KEY.verifyingKey().toPem().replaceAll("-----[^-]+-----|\\s", ""));

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();

    private SignersDirectory signers() {
        return new SignersDirectory(Optional.of(directory), Duration.ofSeconds(5), nanos::get);
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve("retail.json"), text);
    }

    @Test
    void aListIsReadAsItIsWritten() throws IOException {
        write(GOOD);

        var read = signers().of("retail");

        assertThat(read.unreadable()).isNull();
        assertThat(read.required()).isTrue();
        assertThat(read.signers()).singleElement().satisfies(signer -> {
            assertThat(signer.key().keyId()).isEqualTo(KEY.keyId());
            assertThat(signer.owner()).isEqualTo("data-platform");
            assertThat(signer.until()).isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
            assertThat(signer.revoked().reason()).isEqualTo("lost");
        });
    }

    @Test
    void aChangeCountsOnceWhatIsKnownIsOldEnough() throws IOException {
        write(GOOD.replace("\"required\": true", "\"required\": false"));
        var signers = signers();
        assertThat(signers.of("retail").required()).isFalse();

        write(GOOD);
        nanos.set(Duration.ofSeconds(5).toNanos() - 1);
        assertThat(signers.of("retail").required()).isFalse();
        nanos.incrementAndGet();
        assertThat(signers.of("retail").required()).isTrue();
    }

    @Test
    void whereNobodySaysAnythingNobodySigns() throws IOException {
        write(GOOD);

        assertThat(signers().of("finance")).isEqualTo(Signers.none("finance"));
        assertThat(signers().of("../retail")).isEqualTo(Signers.none("../retail"));
        assertThat(new SignersDirectory(Optional.empty(), Duration.ZERO, nanos::get).of("retail"))
                .isEqualTo(Signers.none("retail"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"retail\" | \"finance\" | says finance",
                "\"owner\" | \"owners\" | owners",
                "\"keyId\": \" | \"keyId\": \"0 | keyId",
                "\"owner\": \"data-platform\", | | owner",
                ", \"reason\": \"lost\" | | reason",
                "2027-01-01T00:00:00Z | tomorrow | tomorrow",
                "}]} | }] | end-of-input"
            })
    void whatIsNotAListLetsNothingIn(String part, String other, String named) throws IOException {
        assertThat(GOOD).contains(part);
        write(GOOD.replace(part, other == null ? "" : other));

        var read = signers().of("retail");

        assertThat(read.unreadable()).contains("retail.json", named);
        assertThat(read.refusal(null, Instant.EPOCH)).isPresent();
    }

    @Test
    void aDirectoryThatIsMissingLetsNothingIn() {
        var signers = new SignersDirectory(Optional.of(directory.resolve("none")), Duration.ZERO, nanos::get);

        assertThat(signers.of("retail").unreadable()).contains("there is no directory");
    }
}
