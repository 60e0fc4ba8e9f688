package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The routes that the server's classes declare are those of {@link AccessMatrix}. */
class RoutesTest {
    /** A door that is new and not in the matrix fails here. */
    @Test
    void everyRouteOfTheServerIsInTheMatrix() {
        Set<String> routes = routes();
        assertThat(routes).contains("POST /api/v1/query", "GET /api/v1/views/{name}");
        assertThat(routes).allMatch(AccessMatrix::knows);
    }

    /** What the document tells clients of and the matrix does not know fails here, and so does a door that the document leaves out. */
    @Test
    void everyOperationOfTheDocumentIsInTheMatrixAndEveryDoorInTheDocument() throws IOException {
        Set<String> operations = operations();
        assertThat(operations).hasSizeGreaterThan(15).allMatch(AccessMatrix::knows);
        assertThat(AccessMatrix.ALLOWED.keySet())
                .filteredOn(door -> door.contains("/api/"))
                .allMatch(door -> operations.stream().anyMatch(operation -> AccessMatrix.isThrough(door, operation)));
    }

    private static Set<String> operations() throws IOException {
        Set<String> operations = new TreeSet<>();
        JsonNode document =
                new YAMLMapper().readTree(Files.readString(java.nio.file.Path.of("..", "docs", "openapi.yaml")));
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(verb -> operations.add(verb.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return operations;
    }

    private static Set<String> routes() {
        Set<String> routes = new TreeSet<>();
        for (JavaClass door : new ClassFileImporter().importPackages("io.belvedere.server")) {
            if (door.isAnnotatedWith(Path.class)) {
                for (JavaMethod method : door.getMethods()) {
                    String path = method.tryGetAnnotationOfType(Path.class)
                            .map(Path::value)
                            .orElse("");
                    method.getAnnotations().stream()
                            .flatMap(annotation ->
                                    annotation.getRawType().tryGetAnnotationOfType(HttpMethod.class).stream())
                            .forEach(verb -> routes.add(verb.value() + " "
                                    + (door.getAnnotationOfType(Path.class).value() + "/" + path)
                                            .replaceAll("/+", "/")
                                            .replaceFirst("/$", "")));
                }
            }
        }
        return routes;
    }
}
