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
