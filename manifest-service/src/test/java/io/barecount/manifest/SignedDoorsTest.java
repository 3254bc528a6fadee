package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A namespace that takes signed manifests only, at each of its doors. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class SignedDoorsTest {
    private static final String TEXT = Manifests.valid("signed", "gdp");
    private static final String OTHER = TEXT.replace("memoryMiB: 512", "memoryMiB: 513");

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @ConfigProperty(name = "barecount.test.signer")
    Path signer;

    private TopicProbe probe;
    private Envelope signature;

    @BeforeEach
    void sign() throws IOException {
        probe = new TopicProbe(bootstrapServers);
        signature = ManifestSignature.detached(
                ManifestSignature.sign(manifest(TEXT), SigningKey.ofPem(Files.readString(signer))));
    }

    @AfterEach
    void close() {
        probe.close();
    }

    @Test
    void whatIsNotSignedAsItStandsIsRefusedAlikeAtEveryDoor() {
        var forged = Envelope.sign(ManifestSignature.PAYLOAD_TYPE, new byte[] {1}, SigningKey.generate());
        var foreign = ManifestSignature.text(ManifestSignature.detached(forged));

        assertRefused("unsigned", TEXT, null);
        assertRefused("bad-signature", OTHER, ManifestSignature.text(signature));
        assertRefused("unknown-signer", TEXT, foreign);
        assertRefused("malformed-signature", TEXT, "no signature");
    }

    @Test
    void whatIsSignedIsTakenByEveryDoorWithItsSignature() {
        var header = ManifestSignature.text(signature);
        var document = Json.text(Map.of("manifest", TEXT, "signature", Json.tree(signature)));

        var byHttp = http(TEXT, header).statusCode(202).extract().<String>path("run");
        var inside = http(document, null).statusCode(202).extract().<String>path("run");
        var byWebhook = webhook(TEXT, header).statusCode(202).extract().<String>path("run");
        var byKafka = kafka(TEXT, header);

        for (var run : List.of(byHttp, inside, byWebhook, byKafka)) {
            assertThat(told(run)).isInstanceOfSatisfying(ManifestEvent.Accepted.class, accepted -> {
                assertThat(ManifestSignature.detached(accepted.spec().signature()))
                        .isEqualTo(signature);
                assertThat(ManifestSignature.isOf(
                                accepted.spec().signature(), accepted.spec().manifest()))
                        .isTrue();
            });
        }
    }

    @Test
    void aPipelineIsRegisteredSignedAndRunsByItsName() {
        var manifest = TEXT.replace("name: gdp", "name: registered").replace("name: orders", "name: hook");
        var url = "/pipelines/signed/registered";
        given().contentType("application/yaml")
                .body(bytes(manifest))
                .put(url)
                .then()
                .statusCode(422);

        given().contentType("application/yaml")
                .header("Manifest-Signature", header(manifest))
                .body(bytes(manifest))
                .put(url)
                .then()
                .statusCode(201);

        var run = given().contentType("application/json")
                .body(Map.of("namespace", "signed", "pipeline", "registered"))
                .post("/submissions")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("run");
        assertThat(((ManifestEvent.Accepted) told(run)).spec().signature()).isNotNull();
    }

    private void assertRefused(String code, String text, String header) {
        http(text, header).statusCode(422).body("errors.code", hasSize(1)).body("errors[0].code", equalTo(code));
        webhook(text, header).statusCode(422).body("errors[0].code", equalTo(code));
        var rejected = (ManifestEvent.Rejected) told(kafka(text, header));
        assertThat(rejected.violations()).extracting(Violation::code).containsExactly(code);
    }

    private String header(String text) {
        try {
            var key = SigningKey.ofPem(Files.readString(signer));
            return ManifestSignature.text(ManifestSignature.detached(ManifestSignature.sign(manifest(text), key)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ValidatableResponse http(String text, String header) {
        var request = given().contentType("application/yaml").body(bytes(text));
        return (header == null ? request : request.header("Manifest-Signature", header))
                .post("/submissions")
                .then();
    }

    private static ValidatableResponse webhook(String text, String header) {
        var id = "msg_" + UUID.randomUUID();
        var headers = new HashMap<>(SecretFiles.signed(SecretFiles.SUBMISSIONS, id, Instant.now(), text));
        if (header != null) {
            headers.put("Manifest-Signature", header);
        }
        return given().contentType("application/json")
                .headers(headers)
                .body(bytes(text))
                .post("/webhooks/signed/submissions")
                .then();
    }

    /** The run that it asks for. */
    private String kafka(String text, String header) {
        var id = UUID.randomUUID().toString();
        var headers =
                new HashMap<>(Map.of("ce_specversion", "1.0", "ce_id", id, "ce_source", "shop", "ce_type", "paid"));
        if (header != null) {
            headers.put("ce_manifestsignature", header);
        }
        probe.send(Topic.SUBMISSIONS.topicName(), null, headers, bytes(text));
        return id;
    }

    private Object told(String run) {
        return probe.awaitEvents(Topic.MANIFESTS, run, 1).get(0).data();
    }

    private static Manifest manifest(String text) {
        return ((ManifestValidation.Result.Valid) new ManifestValidation().validate(text)).manifest();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
