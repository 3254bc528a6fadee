package io.barecount.manifest.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretLookalikesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN RSA PRIVATE KEY-----",
                "x AKIAIOSFODNN7EXAMPLE y",
                "ASIAIOSFODNN7EXAMPLE",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                "xoxb-123456789012-abc",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.abcdefghijklmno",
                "jdbc:postgresql://ann:opensesame@db.example/x",
                "jdbc:sqlserver://db.example;user=a;password=opensesame",
                "https://storage.example/x?sig=abc"
            })
    void secretsAreKnownByTheirForm(String text) {
        assertThat(SecretLookalikes.inText(text)).isPresent();
        assertThat(Quoted.text(text)).doesNotContain(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:5f0c6a0f3c0e4c0d9a7b2f1e8d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a",
                "s3://bucket/key?version=3",
                "-----BEGIN CERTIFICATE-----",
                "mail ann@example.org",
                "jdbc:sap://hana.example:30015/?databaseName=MACRO",
                "0195fd1e-0000-7000-8000-000000000001",
                "AKIA"
            })
    void ordinaryTextsAreNotTakenForSecrets(String text) {
        assertThat(SecretLookalikes.inText(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "password,hunter2",
        "db-password,hunter2",
        "DB_PASSWD,x",
        "api-key,a1b2c3d4e5f6g7h8",
        "clientSecret,Zm9vYmFyYmF6cXV4MTIz",
        "token,a8f5f167f44f4964e6c998dee827110c",
        "AWS_SECRET_ACCESS_KEY,wJalrXUtnFEMI/K7MDENG/bPx"
    })
    void secretsAreKnownByTheirName(String name, String value) {
        assertThat(SecretLookalikes.inField(name, value)).isPresent();
        assertThat(Quoted.value(name, value)).doesNotContain(value);
    }

    @ParameterizedTest
    @CsvSource({
        "password,file:db-password", "password,secretsmanager:macro/hana", "token,vault:kv/macro#token", "tokens,4096",
        "tokenizer,bert-base-uncased-v2-2024", "secretary,Ann Example 1234 5678", "key,customer-id", "quarter,2025Q4"
    })
    void referencesAndOrdinaryFieldsAreNot(String name, String value) {
        assertThat(SecretLookalikes.inField(name, value)).isEmpty();
    }

    @Test
    void whatIsQuotedIsShortAndPrintable() {
        assertThat(Quoted.text("a\u0000b\nc\u202Ed\ud800")).isEqualTo("'a\uFFFDb\uFFFDc\uFFFDd\uFFFD'");
        assertThat(Quoted.text("x".repeat(10_000))).hasSizeLessThan(70);
    }
}
