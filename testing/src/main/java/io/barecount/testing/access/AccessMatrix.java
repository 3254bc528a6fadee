package io.barecount.testing.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.access.Rule;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Asks every endpoint of a service as everybody: each role, in its own namespace and in another, and with each kind of token that is none.
 * Endpoints and what is expected of them are read off the rules that stand beside them.
 */
public final class AccessMatrix {
    private static final String OWN = "matrix-own";
    private static final String FOREIGN = "matrix-foreign";

    /** @param path with placeholders */
    private record Endpoint(String method, String path, Rule rule) {
        String at(String namespace) {
            return path.replaceAll("\\{namespace[^}]*}", namespace)
                    .replaceAll("\\{run}", UUID.randomUUID().toString())
                    .replaceAll("\\{bundle}", UUID.randomUUID().toString())
                    .replaceAll("\\{(?:[^{}]|\\{[^{}]*})*}", "1");
        }
    }

    private final URI base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> wrong = new ArrayList<>();
    private int asked;

    private AccessMatrix(URI base) {
        this.base = base;
    }

    /**
     * @param packageName of the service
     * @param base where it listens, asking for tokens of {@link Bearers}
     */
    public static void check(String packageName, URI base) throws IOException, InterruptedException {
        var matrix = new AccessMatrix(base);
        var endpoints = endpoints(packageName);
        for (var endpoint : endpoints) {
            matrix.check(endpoint);
        }
        System.out.printf(
                "access matrix of %s: %d endpoints, %d requests%n", packageName, endpoints.size(), matrix.asked);
        assertThat(endpoints).isNotEmpty();
        assertThat(matrix.wrong).isEmpty();
    }

    private void check(Endpoint endpoint) throws IOException, InterruptedException {
        if (!(endpoint.rule() instanceof Rule.Bearers rule)) {
            return;
        }
        for (var none : Arrays.asList(
                null,
                "Bearer x",
                "Basic YTpi",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.",
                Bearers.expired(),
                Bearers.ofOtherAudience(),
                Bearers.ofOtherIssuer(),
                Bearers.ofOtherKey())) {
            expect(endpoint, OWN, none, "no token", 401);
        }
        for (var role : Role.values()) {
            var mayAtAll = rule.roles().contains(role);
            var own = Bearers.of("ana", role, OWN);
            if (!mayAtAll || rule.scope() == Allow.Scope.PLATFORM) {
                expect(endpoint, OWN, own, role + " in its own namespace", 403);
            } else {
                expectNoRefusal(endpoint, own, role + " in its own namespace");
            }
            if (rule.scope() == Allow.Scope.PATH || !mayAtAll) {
                expect(endpoint, FOREIGN, own, role + " in another namespace", 403);
            }
            if (mayAtAll) {
                expectNoRefusal(endpoint, Bearers.of("ana", role, "*"), role + " everywhere");
            } else {
                expect(endpoint, OWN, Bearers.of("ana", role, "*"), role + " everywhere", 403);
            }
        }
    }

    private void expect(Endpoint endpoint, String namespace, String bearer, String who, int status)
            throws IOException, InterruptedException {
        var found = ask(endpoint, namespace, bearer);
        if (found != status) {
            wrong.add("%s %s as %s: %d, expected %d".formatted(endpoint.method(), endpoint.path(), who, found, status));
        }
    }

    /** Nothing that is asked for is there, and no body is sent: so it is told that, or that there is nothing; but no 401, and no fault. */
    private void expectNoRefusal(Endpoint endpoint, String bearer, String who)
            throws IOException, InterruptedException {
        var found = ask(endpoint, OWN, bearer);
        if (found == 401 || found == 500 || (found == 403 && !isOfOtherNamespace(endpoint))) {
            wrong.add("%s %s as %s: %d".formatted(endpoint.method(), endpoint.path(), who, found));
        }
    }

    /** Without an object, such a rule may ask for a role everywhere. */
    private static boolean isOfOtherNamespace(Endpoint endpoint) {
        return endpoint.rule() instanceof Rule.Bearers rule && rule.scope() == Allow.Scope.OBJECT;
    }

    private int ask(Endpoint endpoint, String namespace, String bearer) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(endpoint.at(namespace)))
                .method(
                        endpoint.method(),
                        endpoint.method().equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json");
        if (bearer != null) {
            request.header("Authorization", bearer);
        }
        asked++;
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static List<Endpoint> endpoints(String packageName) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packageName);
        return classes.stream()
                .filter(type -> type.isAnnotatedWith(Path.class))
                .flatMap(type -> Arrays.stream(type.reflect().getDeclaredMethods()))
                .flatMap(AccessMatrix::endpoint)
                .sorted(Comparator.comparing(Endpoint::path).thenComparing(Endpoint::method))
                .toList();
    }

    private static Stream<Endpoint> endpoint(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> new Endpoint(
                        type.getAnnotation(HttpMethod.class).value(),
                        ("/"
                                        + method.getDeclaringClass()
                                                .getAnnotation(Path.class)
                                                .value() + "/"
                                        + (method.isAnnotationPresent(Path.class)
                                                ? method.getAnnotation(Path.class)
                                                        .value()
                                                : ""))
                                .replaceAll("/+", "/")
                                .replaceAll("(.)/$", "$1"),
                        Rule.of(method).orElseThrow()));
    }
}
