package io.barecount.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The services as the front door shows them, and whether they sign with the keys that were handed out. */
final class ServicesCheck {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.UTF_8);
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /** @param path that answers without changing anything */
    private record Service(String name, String path) {}

    private static final List<Service> SERVICES = List.of(
            new Service("manifest-service", "/schemas/pipeline-v1.schema.json"),
            new Service("policy-service", "/keys/permit"),
            new Service("scheduler-service", "/runs?limit=1"),
            new Service("runner-gateway", "/keys/evidence"),
            new Service("ledger-service", "/ledger/key"));

    private final Site site;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
    private final List<Finding> findings = new ArrayList<>();

    ServicesCheck(Site site) {
        this.site = site;
    }

    List<Finding> findings() throws InterruptedException {
        for (var service : SERVICES) {
            var answer = answer(service);
            if (answer != null) {
                keyOf(service, answer);
            }
        }
        if (site.keys() == null) {
            findings.add(Finding.unknown(
                    "keys", "not looked at: their directory was not given", "give what deploy init made with --keys"));
        } else {
            privateKeys();
        }
        return findings;
    }

    /** Null if there is none. */
    private JsonNode answer(Service service) throws InterruptedException {
        var before = Instant.now();
        try {
            var request = HttpRequest.newBuilder(URI.create(site.console() + service.path()))
                    .timeout(ANSWER_MAX);
            if (site.token() != null) {
                request.header("Authorization", "Bearer " + site.token());
            }
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                findings.add(Finding.wrong(
                        service.name(),
                        "answers " + answer.statusCode() + " to " + service.path(),
                        "see its readiness at /q/health/ready, and its log"));
                return null;
            }
            findings.add(Finding.ok(service.name(), "answers through " + site.console()));
            answer.headers()
                    .firstValue("Date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME))
                    .flatMap(date -> Clocks.compare(
                            service.name(), date.toInstant(), before, Instant.now(), Duration.ofSeconds(1)))
                    .ifPresent(findings::add);
            return answer.body().startsWith("{") ? Json.read(answer.body(), JsonNode.class) : null;
        } catch (IOException e) {
            findings.add(Finding.wrong(
                    service.name(),
                    "does not answer at " + site.console() + service.path() + ": " + e,
                    "see whether the console runs there and is reached from here"));
            return null;
        }
    }

    private void keyOf(Service service, JsonNode answer) {
        var name = switch (service.name()) {
            case "policy-service" -> "permit";
            case "runner-gateway" -> "evidence";
            case "ledger-service" -> "checkpoint";
            default -> null;
        };
        if (name == null || site.keys() == null) {
            return;
        }
        var used = answer.path("pem").asText(answer.path("publicKey").asText());
        var file = site.keys().resolve(name + ".pub.pem");
        try {
            var handedOut = VerifyingKey.ofPem(Files.readString(file));
            if (handedOut.keyId().equals(VerifyingKey.ofPem(used).keyId())) {
                findings.add(Finding.ok("keys", service.name() + " signs with the key of " + file.getFileName()));
            } else {
                findings.add(Finding.wrong(
                        "keys",
                        service.name() + " signs with another key than " + file
                                + ": what it signs won't be believed by those who have that one",
                        "mount " + name + ".pem of that directory into " + service.name()
                                + ", or hand out the public key that it has"));
            }
            origin(service, answer);
        } catch (IOException | IllegalArgumentException e) {
            findings.add(Finding.wrong("keys", file + " can't be read: " + e.getMessage(), "put back the copy"));
        }
    }

    private void origin(Service service, JsonNode answer) throws IOException {
        var file = site.keys().resolve("origin");
        if (service.name().equals("ledger-service")
                && Files.exists(file)
                && !Files.readString(file).strip().equals(answer.path("origin").asText())) {
            findings.add(Finding.wrong(
                    "keys",
                    "the ledger calls itself " + answer.path("origin").asText() + ", " + file + " says "
                            + Files.readString(file).strip(),
                    "give the ledger the origin that its checkpoints have had from the beginning"));
        }
    }

    private void privateKeys() {
        for (var name : List.of("permit", "evidence", "checkpoint")) {
            var file = site.keys().resolve(name + ".pem");
            if (!Files.exists(file)) {
                findings.add(Finding.unknown("keys", file + " is not here", null));
                continue;
            }
            try {
                privateKey(file, site.keys().resolve(name + ".pub.pem"));
            } catch (IOException | IllegalArgumentException e) {
                findings.add(Finding.wrong("keys", file + " can't be used: " + e.getMessage(), "put back the copy"));
            }
        }
    }

    private void privateKey(Path file, Path publicFile) throws IOException {
        var key = SigningKey.ofPem(Files.readString(file));
        if (!VerifyingKey.ofPem(Files.readString(publicFile)).verifies(PROBE, key.sign(PROBE))) {
            findings.add(Finding.wrong(
                    "keys",
                    publicFile + " is not the public half of " + file.getFileName(),
                    "put back the copy of both; a key that signed anything is never made anew"));
        }
        var seen = Files.getPosixFilePermissions(file);
        if (OTHERS.stream().anyMatch(seen::contains)) {
            findings.add(Finding.wrong("keys", file + " can be read or changed by others", "chmod 0400 " + file));
        }
    }
}
