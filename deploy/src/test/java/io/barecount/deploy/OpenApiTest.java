package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.StaticJavaParser;
import com.github.javaparser.ast.nodeTypes.NodeWithAnnotations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/openapi.yaml is written from the endpoints that the code declares. */
class OpenApiTest {
    private static final Path DOCUMENT = Project.HOME.resolve("docs/openapi.yaml");

    private static final Set<String> VERBS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD");

    static {
        StaticJavaParser.getParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);
    }

    /** {@code -Dbarecount.write-docs=true} writes it, unless that would break those who rely on it. */
    @Test
    void theDocumentIsWhatTheCodeDeclares() throws IOException {
        Published.hold(DOCUMENT, OpenApi.document(), ApiBreaks::between);
    }

    /** Endpoints of one verb and path, which differ in what they consume, are one operation. */
    @Test
    void everyEndpointIsInIt() throws IOException {
        var declared = new TreeSet<String>();
        for (var service : Project.SERVICES) {
            declared.addAll(endpoints(service));
        }
        var told = new TreeSet<String>();
        Published.yaml(OpenApi.document())
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(verb -> told.add(verb.toUpperCase(Locale.ROOT) + " " + path.getKey())));

        assertThat(told).isEqualTo(declared).hasSizeGreaterThan(90);
    }

    private static Set<String> endpoints(String service) throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(Project.HOME.resolve(service).resolve("src/main/java"))) {
            for (var file : files.filter(file -> file.toString().endsWith("Resource.java"))
                    .toList()) {
                var type = StaticJavaParser.parse(file).getType(0);
                for (var method : type.getMethods()) {
                    method.getAnnotations().stream()
                            .map(annotation -> annotation.getNameAsString())
                            .filter(VERBS::contains)
                            .forEach(verb -> found.add(verb + " " + path(type) + path(method)));
                }
            }
        }
        return found;
    }

    /** With one slash before it, without expressions that say what a parameter looks like; empty for the root. */
    private static String path(NodeWithAnnotations<?> of) {
        return of.getAnnotationByName("Path")
                .map(path -> path.asSingleMemberAnnotationExpr()
                        .getMemberValue()
                        .asStringLiteralExpr()
                        .asString()
                        .replaceAll("^/|/$", "")
                        .replaceAll("\\{\\s*(\\w+)\\s*:[^/]*}", "{$1}"))
                .filter(path -> !path.isEmpty())
                .map(path -> "/" + path)
                .orElse("");
    }
}
