package io.barecount.gateway.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.workload.Grant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The started program fetches secrets itself, with the runner's role. What it signs is compared with what Amazon's own signer makes of the
 * same request.
 */
class BootstrapSecretsTest {
    private static final String REGION = "eu-central-1";
    private static final String PLANTED = "s3cr3t-p4ssphr4se-of-the-orders";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final List<String> saidToGateway = new CopyOnWriteArrayList<>();
    private final List<JsonNode> reports = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private Grant grant;
    private HttpServer server;
    private String script;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/workloads/", this::gateway);
        server.createContext("/artifact", exchange -> send(exchange, 200, script));
        server.createContext("/role", exchange -> send(exchange, 200, """
            {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "role-key", "Token": "role-token+/="}\
            """));
        server.createContext("/secrets-manager", this::secretsManager);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void fetchesSecretsWithTheRunnersRoleAndShowsThemToNobodyButTheWorkload() throws Exception {
        var printed = run(
                """
                [ "$DB_PASSWORD" = %s ] || exit 9
                [ "$LOGIN" = '{"user":"orders"}' ] || exit 8
                echo "password=$DB_PASSWORD"; printf %%s "$DB_PASSWORD" | base64; printf s3cr3t-p4ss; sleep 0.3; echo phr4se-of-the-orders
                echo "no login with $DB_PASSWORD"; exit 3
                """.formatted(PLANTED),
                Map.of(
                        "DB_PASSWORD",
                        "orders/db",
                        "LOGIN",
                        "arn:aws:secretsmanager:eu-central-1:000000000000:secret:login-AbCdEf"));

        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).path("reason").asText())
                .startsWith("exit code 3: password=***")
                .endsWith("no login with ***");
        assertThat(reports.get(0).at("/applied/secrets").asText())
                .contains("DB_PASSWORD=secretsmanager:orders/db", "masked in the log");
        assertThat(signatures).hasSize(2).allMatch("as Amazon's signer"::equals);
        assertThat(saidToGateway.toString() + printed)
                .contains("password=***")
                .doesNotContain(PLANTED, "phr4se", "czNjcjN0LXA0c3NwaHI0c2", "role-key", "role-token");
    }

    @Test
    void startsNothingWithoutItsSecretsAndSaysWhichRightIsMissing() throws Exception {
        run("echo executed", Map.of("DB_PASSWORD", "not/mine"));

        assertThat(reports.get(0).path("failureClass").asText()).isEqualTo("not-started");
        assertThat(reports.get(0).path("reason").asText())
                .contains("DB_PASSWORD", "not/mine", "AccessDeniedException", "secretsmanager:GetSecretValue");
        assertThat(saidToGateway.toString()).doesNotContain("executed");
    }

    private String run(String workload, Map<String, String> secrets) throws Exception {
        script = workload;
        var base = "http://127.0.0.1:" + server.getAddress().getPort();
        var attempt = new RunId(UUID.randomUUID()).task(0).attempt(1);
        grant = new Grant(
                attempt,
                Manifest.Runtime.SHELL,
                null,
                256,
                60,
                1,
                Map.of(),
                new Grant.Secrets(REGION, base + "/secrets-manager", secrets),
                null,
                new Grant.Artifact("w.sh", base + "/artifact", Digest.of(workload)),
                null,
                List.of(),
                List.of(),
                List.of());
        var program = directory.resolve("bootstrap.py");
        try (var resource = getClass().getResourceAsStream("/bootstrap/barecount_bootstrap.py")) {
            Files.write(program, resource.readAllBytes());
        }
        var output = directory.resolve("output.txt");
        var builder = new ProcessBuilder("python3", program.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment()
                .putAll(Map.of(
                        "BARECOUNT_GATEWAY",
                        base,
                        "BARECOUNT_ATTEMPT",
                        attempt.toString(),
                        "BARECOUNT_CLAIM",
                        "token",
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                        base + "/role"));
        var process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }

    private void gateway(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes());
        saidToGateway.add(body);
        var path = exchange.getRequestURI().getPath();
        if (path.endsWith("/claim")) {
            send(exchange, 200, Json.text(grant));
        } else if (path.endsWith("/report")) {
            reports.add(Json.read(body, JsonNode.class));
            send(exchange, 200, "\"failed\"");
        } else {
            var to = Json.read(body, JsonNode.class).at("/log/to");
            send(exchange, 200, "{\"stop\": false, \"logged\": " + (to.isMissingNode() ? null : to) + "}");
        }
    }

    private void secretsManager(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        signatures.add(
                signature(exchange, body).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                        ? "as Amazon's signer"
                        : signature(exchange, body) + " is expected, found "
                                + exchange.getRequestHeaders().getFirst("Authorization"));
        var id = Json.read(body, JsonNode.class).path("SecretId").asText();
        if (!"secretsmanager.GetSecretValue".equals(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                || id.equals("not/mine")) {
            send(exchange, 400, "{\"__type\": \"AccessDeniedException\", \"Message\": \"not authorized\"}");
        } else {
            var value = id.equals("orders/db") ? PLANTED : "{\"user\":\"orders\"}";
            send(exchange, 200, Json.text(Map.of("SecretString", value)));
        }
    }

    /** Of the same request, at the time that it says. */
    private static String signature(HttpExchange exchange, byte[] body) {
        var sent = exchange.getRequestHeaders();
        var headers = new HashMap<String, List<String>>();
        for (var name : List.of("Content-Type", "X-Amz-Target")) {
            headers.put(name, sent.get(name));
        }
        var request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("http://" + sent.getFirst("Host") + exchange.getRequestURI()))
                .headers(headers)
                .build();
        var at = STAMP.parse(sent.getFirst("X-Amz-Date"), Instant::from);
        return AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(
                                AwsSessionCredentialsIdentity.create("ASIAEXAMPLE", "role-key", "role-token+/="))
                        .request(request)
                        .payload(() -> new java.io.ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "secretsmanager")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, REGION)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)))
                .request()
                .firstMatchingHeader("Authorization")
                .orElseThrow();
    }

    private static void send(HttpExchange exchange, int status, String content) throws IOException {
        exchange.sendResponseHeaders(status, content.getBytes().length);
        exchange.getResponseBody().write(content.getBytes());
        exchange.close();
    }
}
