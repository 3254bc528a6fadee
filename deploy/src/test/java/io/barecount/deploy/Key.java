package io.barecount.deploy;

import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.StaticJavaParser;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A key of a service's configuration, as its mapping declares it.
 *
 * @param name such as {@code barecount.gateway.drive.parallelism}
 * @param method that its service reads it with
 * @param fallback null if there is none
 * @param meaning empty if nothing is said of it
 */
record Key(String service, String name, String method, String type, String fallback, String meaning) {
    static {
        StaticJavaParser.getParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);
    }

    /** As an environment variable. */
    String variable() {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    boolean isRequired() {
        return fallback == null && !type.startsWith("Optional") && !type.startsWith("Map");
    }

    /** Of a service's own mappings, and of those that every service has. */
    static List<Key> ofProcess(String service) throws IOException {
        var keys = new ArrayList<>(of(service));
        keys.addAll(of("access"));
        return keys;
    }

    /** Of all mappings of a module, in the order in which they are declared. */
    static List<Key> of(String service) throws IOException {
        var keys = new ArrayList<Key>();
        try (var files = Files.walk(Project.HOME.resolve(service).resolve("src/main/java"))) {
            for (var file : files.filter(file -> file.toString().endsWith("Config.java"))
                    .toList()) {
                for (var type : StaticJavaParser.parse(file).getTypes()) {
                    if (type instanceof ClassOrInterfaceDeclaration mapping) {
                        mapping.getAnnotationByName("ConfigMapping").ifPresent(annotation -> {
                            var prefix = annotation
                                    .asNormalAnnotationExpr()
                                    .getPairs()
                                    .get(0)
                                    .getValue()
                                    .asStringLiteralExpr()
                                    .asString();
                            collect(service, prefix, mapping, keys);
                        });
                    }
                }
            }
        }
        return keys;
    }

    private static void collect(String service, String prefix, ClassOrInterfaceDeclaration mapping, List<Key> keys) {
        for (var method : mapping.getMethods()) {
            if (method.isDefault() || method.isStatic()) {
                continue;
            }
            var name = prefix + "." + kebab(method.getNameAsString());
            var type = method.getTypeAsString();
            var group = mapping.getMembers().stream()
                    .filter(member -> member instanceof ClassOrInterfaceDeclaration)
                    .map(member -> (ClassOrInterfaceDeclaration) member)
                    .filter(member -> member.getNameAsString().equals(type))
                    .findFirst();
            if (group.isPresent()) {
                collect(service, name, group.get(), keys);
            } else {
                keys.add(new Key(service, name, method.getNameAsString(), type, fallback(method), meaning(method)));
            }
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String fallback(MethodDeclaration method) {
        return method.getAnnotationByName("WithDefault")
                .map(annotation -> annotation
                        .asSingleMemberAnnotationExpr()
                        .getMemberValue()
                        .asStringLiteralExpr()
                        .asString())
                .orElse(null);
    }

    private static String meaning(MethodDeclaration method) {
        return method.getJavadoc()
                .map(javadoc -> javadoc.getDescription().toText())
                .orElse("")
                .replaceAll("\\{@(?:code|link|linkplain) #?([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
