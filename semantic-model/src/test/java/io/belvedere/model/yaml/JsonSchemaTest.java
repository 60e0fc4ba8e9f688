package io.belvedere.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The published JSON Schemas are those of the spec records, and say the same as the loader as far as a schema can. */
class JsonSchemaTest {
    private static final Path PUBLISHED = Path.of("..", "docs", "schemas");
    private static final Path SAMPLES = Path.of("..", "samples", "coffee-chain");
    private static final Path GOOD = Path.of("src", "test", "catalogs", "good");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Test
    void thePublishedSchemaOfAViewIsTheOneOfTheRecords() throws IOException {
        compare("view.schema.json", SpecSchemas.of(ViewSpec.class, "view"));
    }

    @Test
    void thePublishedSchemaOfASourceIsTheOneOfTheRecords() throws IOException {
        compare("source.schema.json", SpecSchemas.of(SourceSpec.class, "source"));
    }

    @Test
    void thePublishedSchemaOfADimensionIsTheOneOfTheRecords() throws IOException {
        compare("dimension.schema.json", SpecSchemas.of(DimensionSpec.class, "dimension"));
    }

    @Test
    void everyGoodFileAndEverySampleIsValid() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path catalog : List.of(GOOD, SAMPLES)) {
            files.addAll(yamlBelow(catalog.resolve("sources")));
            files.addAll(yamlBelow(catalog.resolve("views")));
            if (Files.isDirectory(catalog.resolve("dimensions"))) {
                files.addAll(yamlBelow(catalog.resolve("dimensions")));
            }
        }
        assertThat(files)
                .hasSizeGreaterThan(5)
                .allSatisfy(file -> assertThat(violations(Files.readString(file)))
                        .as(file.toString())
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: fulfilment.late_orders → name: Late",
                "version: 1.0.0 → version: '1.0'",
                "  owner: fulfilment-team → ",
                "title: Late → titel: Late",
                "timeout: 10s → timeout: 10",
                "maxRows: 100000 → maxRows: 0",
                "required: true → required: 'true'",
                "type: varchar → type: text",
                "partial: {allow: [orders]} → partial: {allow: []}",
                "onSourceFailure: → onFailure:",
                "kind: View → kind: Table",
                "[pii.email] → [PII]"
            })
    void aChangedViewIsNotValid(String change) throws IOException {
        String good = Files.readString(GOOD.resolve("views/late_orders.yaml"));
        assertThat(violations(changed(good, change))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password: ${env:CRM_PASSWORD} → password: literal",
                "port: 3306 → port: 70000",
                "port: 3306 → port: ${env:}",
                "kind: mariadb → kind: db2",
                "tls: disabled → tls: off",
                "host: 127.0.0.1 → url: jdbc",
                "remote: EMAIL → remote: 'a`b'"
            })
    void aChangedSourceIsNotValid(String change) throws IOException {
        String good = Files.readString(GOOD.resolve("sources/crm.yaml"));
        assertThat(violations(changed(good, change))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: ref.customers → name: customers",
                "every: 1m → every: 60",
                "maxStaleness: 10m → maxAge: 10m",
                "maxRows: 50000 → maxRows: 0",
                "key: [id] → key: []",
                "poll: 5s → poll: soon",
                "source: crm → from: crm"
            })
    void aChangedDimensionIsNotValid(String change) throws IOException {
        String good = Files.readString(GOOD.resolve("dimensions/customers.yaml"));
        assertThat(violations(good)).isEmpty();
        assertThat(violations(changed(good, change))).isNotEmpty();
    }

    private static String changed(String good, String change) {
        String[] parts = change.split(" → ?", 2);
        assertThat(good).contains(parts[0]);
        return good.replace(parts[0], parts[1]);
    }

    private static void compare(String name, JsonNode schema) throws IOException {
        Path file = PUBLISHED.resolve(name);
        String text = JSON.writeValueAsString(schema) + "\n";
        if (Boolean.getBoolean("belvedere.schemas.rewrite")) {
            Files.createDirectories(PUBLISHED);
            Files.writeString(file, text);
        }
        assertThat(Files.readString(file))
                .as(
                        "docs/schemas/%s; if the change is wanted: ./mvnw -pl semantic-model test -Dtest=JsonSchemaTest"
                                + " -Dbelvedere.schemas.rewrite=true",
                        name)
                .isEqualTo(text);
    }

    private static List<String> violations(String yaml) {
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        String kind = Files.exists(PUBLISHED.resolve(
                        String.valueOf(((Map<?, ?>) tree).get("kind")).toLowerCase(Locale.ROOT) + ".schema.json"))
                ? String.valueOf(((Map<?, ?>) tree).get("kind"))
                : "View";
        JsonNode published = read(PUBLISHED.resolve(kind.toLowerCase(Locale.ROOT) + ".schema.json"));
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(published);
        try {
            // By way of text, so that numbers have the types that a reader of JSON gives them.
            JsonNode instance = JSON.readTree(JSON.writeValueAsString(tree));
            return schema.validate(instance).stream().map(Object::toString).toList();
        } catch (JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private static List<Path> yamlBelow(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        }
    }
}
