package io.belvedere.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    private final CatalogLoader loader = new CatalogLoader(Variables.of(Map.of()));

    @TempDir
    Path folder;

    private Path views;

    @BeforeEach
    void makeFolder() throws IOException {
        views = Files.createDirectories(folder.resolve("views"));
    }

    @Test
    void theLastGoodDefinitionOfABrokenFileServesAndItsProblemIsReported() throws IOException {
        write("a", "sales.a", "1.0.0", "SELECT 1 AS id");
        write("b", "sales.b", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);

        Files.writeString(views.resolve("a.yaml"), "kind: [");
        write("b", "sales.b", "1.0.0", "SELECT 2 AS id");
        CatalogFiles second = loader.reload(first, folder);
        CatalogFiles third = loader.reload(second, folder);

        assertThat(third.problems()).extracting(Diagnostic::file).containsExactly("views/a.yaml");
        assertThat(third.kept()).containsExactly("views/a.yaml");
        assertThat(ids(third)).containsExactly("sales.a@1.0.0", "sales.b@1.0.0");
        assertThat(third.catalog().views())
                .extracting(view -> view.query())
                .containsExactly("SELECT 1 AS id", "SELECT 2 AS id");
    }

    @Test
    void theLastGoodDefinitionOfABrokenDimensionServesAsLongAsItsTableIsThere() throws IOException {
        Path source = Files.createDirectories(folder.resolve("sources")).resolve("shop.yaml");
        Path dimension = Files.createDirectories(folder.resolve("dimensions")).resolve("items.yaml");
        String table = """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: shop}
                spec:
                  kind: parquet
                  files: {folder: shop}
                  tables: [{name: items, columns: [{name: id, type: bigint}]}]
                """;
        Files.writeString(source, table);
        Files.writeString(dimension, """
                apiVersion: belvedere.io/v1
                kind: Dimension
                metadata: {name: ref.items}
                spec: {source: shop, table: items}
                """);
        CatalogFiles first = loader.load(folder);
        Files.writeString(dimension, "kind: [");
        CatalogFiles second = loader.reload(first, folder);
        Files.writeString(source, table.replace("bigint", "integer"));
        CatalogFiles third = loader.reload(second, folder);
        Files.writeString(source, table.replace("items", "parts"));
        CatalogFiles fourth = loader.reload(third, folder);

        assertThat(first.problems()).isEmpty();
        assertThat(second.catalog().dimensions())
                .containsExactlyElementsOf(first.catalog().dimensions())
                .hasSize(1);
        assertThat(third.kept()).containsExactly("dimensions/items.yaml");
        assertThat(third.catalog().dimensions().iterator().next().columns())
                .extracting(column -> column.type().toString())
                .containsExactly("integer");
        assertThat(fourth.catalog().dimensions()).isEmpty();
    }

    @Test
    void aFileThatIsGoodAgainReplacesItsLastGoodDefinition() throws IOException {
        write("a", "sales.a", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);
        Files.writeString(views.resolve("a.yaml"), "kind: [");
        CatalogFiles second = loader.reload(first, folder);
        write("a", "sales.a", "1.1.0", "SELECT 3 AS id");

        CatalogFiles third = loader.reload(second, folder);

        assertThat(third.problems()).isEmpty();
        assertThat(third.kept()).isEmpty();
        assertThat(ids(third)).containsExactly("sales.a@1.1.0");
    }

    @Test
    void aFileThatIsGoneTakesItsDefinitionWithIt() throws IOException {
        write("a", "sales.a", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);
        Files.delete(views.resolve("a.yaml"));
        assertThat(ids(loader.reload(first, folder))).isEmpty();
    }

    @Test
    void aFolderThatIsGoneTakesNothingWithItUntilItIsBack() throws IOException {
        write("a", "sales.a", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);
        Path away = Files.move(views, folder.resolve("away"));
        CatalogFiles second = loader.reload(first, folder);
        CatalogFiles third = loader.reload(second, folder);
        Files.createDirectory(views);
        CatalogFiles emptied = loader.reload(third, folder);
        Files.delete(views);
        Files.move(away, views);
        CatalogFiles back = loader.reload(third, folder);

        assertThat(third.problems())
                .extracting(Diagnostic::toString)
                .containsExactly(second.problems().getFirst().toString());
        assertThat(third.problems()).extracting(Diagnostic::code).containsExactly("FOLDER_MISSING");
        assertThat(third.problems()).extracting(Diagnostic::file).containsExactly("views");
        assertThat(ids(third)).containsExactly("sales.a@1.0.0");
        assertThat(third.kept()).containsExactly("views/a.yaml");
        assertThat(ids(emptied)).isEmpty();
        assertThat(emptied.problems()).isEmpty();
        assertThat(ids(back)).containsExactly("sales.a@1.0.0");
        assertThat(back.problems()).isEmpty();
        assertThat(back.kept()).isEmpty();
    }

    @Test
    void aFolderThatBecameALinkTakesNothingWithIt() throws IOException {
        write("a", "sales.a", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);
        Files.createSymbolicLink(views, Files.move(views, folder.resolve("away")));
        CatalogFiles second = loader.reload(first, folder);

        assertThat(second.problems()).extracting(Diagnostic::code).containsExactly("SYMLINK_REFUSED");
        assertThat(ids(second)).containsExactly("sales.a@1.0.0");
    }

    @Test
    void aBrokenFileThatNeverWasGoodServesNothing() throws IOException {
        Files.writeString(views.resolve("a.yaml"), "kind: [");
        CatalogFiles first = loader.load(folder);
        assertThat(ids(loader.reload(first, folder))).isEmpty();
    }

    @Test
    void theFileThatServedAVersionKeepsItWhenAnotherClaimsIt() throws IOException {
        write("z", "sales.a", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);
        write("a", "sales.a", "1.0.0", "SELECT 2 AS id");

        CatalogFiles second = loader.reload(first, folder);

        assertThat(second.problems())
                .extracting(Diagnostic::code)
                .containsOnly("DUPLICATE_VIEW_VERSION")
                .hasSize(2);
        assertThat(second.catalog().views()).extracting(view -> view.query()).containsExactly("SELECT 1 AS id");
    }

    @Test
    void aGoodFileTakesOverAVersionThatABrokenFileOnlyKept() throws IOException {
        write("old", "sales.a", "1.0.0", "SELECT 1 AS id");
        CatalogFiles first = loader.load(folder);
        Files.writeString(views.resolve("old.yaml"), "kind: [");
        write("new", "sales.a", "1.0.0", "SELECT 2 AS id");

        CatalogFiles second = loader.reload(first, folder);

        assertThat(second.problems()).extracting(Diagnostic::file).containsExactly("views/old.yaml");
        assertThat(second.kept()).isEmpty();
        assertThat(second.catalog().views()).extracting(view -> view.query()).containsExactly("SELECT 2 AS id");
    }

    @Test
    void anUnderdeclaredVersionGivesWayToWhatItsFileServedBefore() throws IOException {
        write("one", "sales.a", "1.0.0", "SELECT 1 AS id");
        write("two", "sales.a", "1.1.0", "SELECT 2 AS id");
        CatalogFiles first = loader.load(folder);
        write("two", "sales.a", "1.0.1", "SELECT 3 AS id");

        CatalogFiles second = loader.reload(first, folder);

        assertThat(second.problems()).extracting(Diagnostic::code).containsExactly("VERSION_UNDERDECLARED");
        assertThat(ids(second)).containsExactly("sales.a@1.0.0", "sales.a@1.1.0");
    }

    private void write(String file, String name, String version, String query) throws IOException {
        Files.writeString(views.resolve(file + ".yaml"), """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: %s, version: %s, title: T, owner: team}
                spec: {query: %s, columns: [{name: id, type: integer}]}
                """.formatted(name, version, query));
    }

    private static List<String> ids(CatalogFiles files) {
        return files.catalog().views().stream()
                .map(view -> view.id().toString())
                .toList();
    }
}
