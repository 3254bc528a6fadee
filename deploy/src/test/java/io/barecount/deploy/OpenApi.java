package io.barecount.deploy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.StaticJavaParser;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.javadoc.description.JavadocInlineTag;
import io.barecount.contracts.event.Json;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Index;
import org.jboss.jandex.Indexer;
import org.jboss.jandex.MethodInfo;

/** What the services answer over HTTP, read off their endpoints: one document, as all are behind one front door. */
final class OpenApi {
    private static final List<String> SHARED = List.of("contracts", "access", "messaging");
    private static final DotName ALLOW = DotName.createSimple("io.barecount.access.Allow");
    private static final DotName PUBLIC = DotName.createSimple("io.barecount.access.Public");
    private static final DotName PROVEN = DotName.createSimple("io.barecount.access.Proven");

    private static final Set<String> VERBS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD");

    private final Map<String, String> docstrings = new HashMap<>();

    private OpenApi() {}

    static String document() throws IOException {
        return new OpenApi().read();
    }

    private String read() throws IOException {
        StaticJavaParser.getParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);
        for (var service : Project.SERVICES) {
            readDocstrings(service);
        }
        var index = index();
        try (var classes = new URLClassLoader(urls(), OpenApi.class.getClassLoader())) {
            var config = new SmallRyeConfigBuilder()
                    .withSources(new PropertiesConfigSource(settings(index, classes), "openapi", 100))
                    .build();
            return SmallRyeOpenAPI.builder()
                    .withConfig(config)
                    .withIndex(index)
                    .withApplicationClassLoader(classes)
                    .withScannerClassLoader(OpenApi.class.getClassLoader())
                    .enableModelReader(false)
                    .enableStandardStaticFiles(false)
                    .enableStandardFilter(false)
                    .withOperationHandler(this::describe)
                    .addFilter(new Problems())
                    .build()
                    .toYAML();
        }
    }

    private static Map<String, String> settings(Index index, ClassLoader classes) {
        var settings = new HashMap<String, String>();
        settings.put("mp.openapi.extensions.smallrye.openapi", "3.0.3");
        settings.put("mp.openapi.extensions.smallrye.info.title", "BareCount Runners");
        settings.put("mp.openapi.extensions.smallrye.info.version", "1.0.0");
        settings.put(
                "mp.openapi.extensions.smallrye.info.description",
                "What the services answer over HTTP, through the front door. Written from the code.");
        settings.put("mp.openapi.extensions.smallrye.sorted-properties.enable", "true");
        settings.put("mp.openapi.extensions.smallrye.remove-unused-schemas.enable", "true");
        for (var type : index.getKnownClasses()) {
            scalar(type, classes).ifPresent(schema -> settings.put("mp.openapi.schema." + type.name(), schema));
        }
        settings.put("mp.openapi.schema." + BigDecimal.class.getName(), "{\"type\": \"string\"}");
        return settings;
    }

    /** Enums, and records of the contracts that the mapper writes as one string: the scanner would take their fields for what is written. */
    private static Optional<String> scalar(ClassInfo type, ClassLoader classes) {
        if (!type.isEnum() && !(type.isRecord() && type.name().toString().startsWith("io.barecount.contracts."))) {
            return Optional.empty();
        }
        try {
            var raw = classes.loadClass(type.name().toString());
            var serializer = Json.mapper().getSerializerProviderInstance().findValueSerializer(raw);
            return serializer instanceof BeanSerializerBase
                    ? Optional.empty()
                    : Optional.of(new EventSchemas(Json.mapper()).reference(raw).toString());
        } catch (ClassNotFoundException | JsonMappingException e) {
            throw new IllegalStateException(type + " is indexed and can't be described", e);
        } catch (LinkageError e) {
            // It is built on what is not here: nothing that is written.
            return Optional.empty();
        }
    }

    /** What the docstring says, and who may ask. */
    private void describe(Operation operation, ClassInfo resource, MethodInfo method) {
        operation.setOperationId(name(resource, method));
        var said = docstrings.get(resource.simpleName() + "#" + method.name());
        var who = who(resource, method);
        operation.setDescription(said == null ? who : said + "\n\n" + who);
    }

    /** Methods that share a name have other verbs. */
    private static String name(ClassInfo resource, MethodInfo method) {
        var name = resource.simpleName().replace("Resource", "") + "_" + method.name();
        var same = resource.methods().stream()
                .filter(other -> other.name().equals(method.name()))
                .count();
        return same == 1
                ? name
                : name + "_"
                        + method.annotations().stream()
                                .map(annotation -> annotation.name().withoutPackagePrefix())
                                .filter(VERBS::contains)
                                .collect(Collectors.joining());
    }

    /** Whatever fails, at whichever operation, is told as RFC 9457 says. */
    private static final class Problems implements OASFilter {
        private static final String NAME = "Problem";

        @Override
        public Operation filterOperation(Operation operation) {
            var responses =
                    operation.getResponses() == null ? OASFactory.createAPIResponses() : operation.getResponses();
            responses.addAPIResponse(
                    "default",
                    OASFactory.createAPIResponse()
                            .description("Refused, or failed: why, and what to do.")
                            .content(OASFactory.createContent()
                                    .addMediaType(
                                            "application/problem+json",
                                            OASFactory.createMediaType()
                                                    .schema(OASFactory.createSchema()
                                                            .ref("#/components/schemas/" + NAME)))));
            operation.setResponses(responses);
            return operation;
        }

        @Override
        public void filterOpenAPI(OpenAPI document) {
            var problem = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT);
            for (var field : List.of("type", "title", "detail")) {
                problem.addProperty(field, OASFactory.createSchema().addType(Schema.SchemaType.STRING));
            }
            problem.addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER));
            problem.addProperty(
                    "errors",
                    OASFactory.createSchema().addType(Schema.SchemaType.ARRAY).items(OASFactory.createSchema()));
            document.getComponents().addSchema(NAME, problem);
        }
    }

    private static String who(ClassInfo resource, MethodInfo method) {
        for (var name : List.of(ALLOW, PUBLIC, PROVEN)) {
            var rule = method.annotation(name) == null ? resource.declaredAnnotation(name) : method.annotation(name);
            if (rule == null) {
                continue;
            }
            if (name.equals(PUBLIC)) {
                return "For anybody: " + rule.value("because").asString() + ".";
            }
            if (name.equals(PROVEN)) {
                return "For whoever proves it: " + rule.value("by").asString() + ".";
            }
            var roles = rule.value() == null
                    ? "any role that looks on"
                    : Stream.of(rule.value().asEnumArray())
                            .map(String::toLowerCase)
                            .sorted()
                            .collect(Collectors.joining(" or "));
            return "Takes " + roles
                    + switch (rule.value("in").asEnum()) {
                        case "PATH" -> " in the namespace of the address.";
                        case "OBJECT" -> " in the namespace of what it is about.";
                        case "ANY" -> " in any namespace.";
                        default -> " in all namespaces.";
                    };
        }
        return "";
    }

    private void readDocstrings(String service) throws IOException {
        try (var files = Files.walk(Project.HOME.resolve(service).resolve("src/main/java"))) {
            for (var file : files.filter(file -> file.toString().endsWith("Resource.java"))
                    .toList()) {
                var resource = file.getFileName().toString().replace(".java", "");
                StaticJavaParser.parse(file)
                        .findAll(MethodDeclaration.class)
                        .forEach(method -> method.getJavadoc()
                                .ifPresent(doc -> docstrings.put(
                                        resource + "#" + method.getNameAsString(),
                                        doc.getDescription().getElements().stream()
                                                .map(part -> part instanceof JavadocInlineTag tag
                                                        ? tag.getContent().strip()
                                                        : part.toText())
                                                .collect(Collectors.joining())
                                                .replaceAll("\\s+", " ")
                                                .strip())));
            }
        }
    }

    private static Index index() throws IOException {
        var indexer = new Indexer();
        for (var module : modules()) {
            try (var files = Files.walk(classes(module))) {
                for (var file :
                        new TreeSet<>(files.filter(file -> file.toString().endsWith(".class"))
                                .filter(file -> !file.endsWith("module-info.class"))
                                .toList())) {
                    try (var in = Files.newInputStream(file)) {
                        indexer.index(in);
                    }
                }
            }
        }
        return indexer.complete();
    }

    private static List<String> modules() {
        var modules = new ArrayList<>(SHARED);
        modules.addAll(Project.SERVICES);
        return modules;
    }

    private static Path classes(String module) {
        return Project.HOME.resolve(module).resolve("target/classes");
    }

    private static URL[] urls() {
        return modules().stream()
                .map(module -> {
                    try {
                        return classes(module).toUri().toURL();
                    } catch (MalformedURLException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toArray(URL[]::new);
    }
}
