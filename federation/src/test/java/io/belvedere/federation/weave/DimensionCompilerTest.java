package io.belvedere.federation.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.model.yaml.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DimensionCompilerTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writeSources() throws IOException {
        for (String source : List.of("shop", "crm")) {
            Files.createDirectories(folder.resolve("sources"));
            Files.writeString(folder.resolve("sources/" + source + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: Source
                    metadata: {name: %s}
                    spec:
                      kind: parquet
                      files: {folder: files}
                      tables:
                        - name: items
                          columns:
                            - {name: id, type: bigint, required: true, key: true}
                            - {name: email, type: varchar, classification: [pii.email]}
                    """.formatted(source));
        }
    }

    @Test
    void aQueryThatGivesWhatItPromisesIsSound() throws IOException {
        assertThat(problems("SELECT id, email FROM shop.items", "id: bigint, email: varchar"))
                .isEmpty();
    }

    @Test
    void aDimensionAsksOneSource() throws IOException {
        assertThat(problems("SELECT s.id FROM shop.items s JOIN crm.items c ON c.id = s.id", "id: bigint"))
                .containsExactly("DIMENSION_OTHER_SOURCE");
    }

    @Test
    void aClassIsNotDroppedOnTheWay() throws IOException {
        assertThat(problems("SELECT email AS id FROM shop.items", "id: varchar"))
                .containsExactly("CLASSIFICATION_DROPPED");
    }

    @Test
    void aColumnHasTheTypeThatTheQueryGives() throws IOException {
        assertThat(problems("SELECT id FROM shop.items", "id: varchar")).containsExactly("COLUMN_TYPE_MISMATCH");
    }

    @Test
    void aTableThatIsNotThereIsNamed() throws IOException {
        assertThat(problems("SELECT id FROM shop.parts", "id: bigint")).containsExactly("VIEW_TABLE_UNKNOWN");
    }

    @Test
    void aWatermarkHasNames() throws IOException {
        write("""
                source: shop
                table: items
                changes: {watermark: SELECT MAX(id) FROM shop.items}
                """);
        assertThat(check()).containsExactly("VIEW_QUERY_INVALID");

        write("""
                source: shop
                table: items
                changes: {watermark: SELECT MAX(id) AS newest FROM shop.items}
                """);
        assertThat(check()).isEmpty();
    }

    private List<String> problems(String query, String columns) throws IOException {
        StringBuilder declared = new StringBuilder();
        for (String column : columns.split(", ", -1)) {
            String[] parts = column.split(": ", 2);
            declared.append("  - {name: ").append(parts[0]).append(", type: ").append(parts[1]);
            declared.append(parts[0].equals("email") ? ", classification: [pii.email]}\n" : "}\n");
        }
        write("source: shop\nquery: " + query + "\ncolumns:\n" + declared);
        return check();
    }

    private void write(String spec) throws IOException {
        Files.createDirectories(folder.resolve("dimensions"));
        Files.writeString(
                folder.resolve("dimensions/items.yaml"),
                "apiVersion: belvedere.io/v1\nkind: Dimension\nmetadata: {name: ref.items}\nspec:\n" + spec.indent(2));
    }

    private List<String> check() {
        CatalogFiles files = new CatalogLoader(Variables.of(Map.of())).load(folder);
        assertThat(files.problems()).isEmpty();
        Catalog catalog = files.catalog();
        ViewCompiler.Compiled compiled = new ViewCompiler().compile(catalog);
        assertThat(compiled.usable().dimensions()).hasSize(compiled.problems().isEmpty() ? 1 : 0);
        return compiled.problems().stream().map(Diagnostic::code).toList();
    }
}
