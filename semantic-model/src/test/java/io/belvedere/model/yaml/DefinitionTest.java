package io.belvedere.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewReference;
import io.belvedere.model.view.Caching;
import io.belvedere.model.view.Deprecation;
import io.belvedere.model.view.Freshness;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.Origin.Lines;
import io.belvedere.model.view.Origin.Place;
import io.belvedere.model.view.Pushdown;
import io.belvedere.model.view.ViewDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a good file becomes: where its query stands, and what its hash depends on. */
class DefinitionTest {
    private static final String HEAD = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: sales.a, version: 1.0.0, title: T, owner: team, tags: [x, y]}
            """;
    private static final String COLUMNS = "  columns: [{name: id, type: integer, classification: [a.b, c.d]}]\n";

    @Test
    void aLiteralBlockHasAPlaceForEachCharacter() {
        Origin origin = view("spec:\n  query: |  # why\n    SELECT id\n      FROM a.b\n" + COLUMNS)
                .origin();
        assertThat(ofQuery(origin)).isEqualTo(new Origin("views/a.yaml", 6, 5));
        assertThat(origin.place(2, 3)).isEqualTo(new Place(7, 7));
    }

    @Test
    void aColumnHasThePlaceOfItsName() {
        Origin origin = view("spec:\n  query: SELECT id\n" + COLUMNS).origin();
        assertThat(origin.columns()).containsExactly(Map.entry(new ColumnName("id"), new Place(6, 20)));
        assertThat(origin.place(new ColumnName("other"))).isEqualTo(new Place(5, 10));
    }

    @Test
    void aLiteralBlockMayBeginWithBlankLinesAndHaveAnIndicator() {
        ViewDefinition view = view("spec:\n  query: |2-\n\n      SELECT id\n    FROM a.b\n" + COLUMNS);
        assertThat(view.query()).isEqualTo("\n  SELECT id\nFROM a.b");
        assertThat(ofQuery(view.origin())).isEqualTo(new Origin("views/a.yaml", 6, 5));
        assertThat(view.origin().place(2, 3)).isEqualTo(new Place(7, 7));
    }

    @Test
    void aFoldedBlockKnowsItsFirstCharacterOnly() {
        Origin origin = view("spec:\n  query: >-\n      SELECT id\n      FROM a.b\n" + COLUMNS)
                .origin();
        assertThat(ofQuery(origin)).isEqualTo(new Origin("views/a.yaml", 6, 7, Lines.FOLDED));
        assertThat(origin.place(1, 15)).isEqualTo(new Place(6, 7));
    }

    @Test
    void aPlainOrQuotedQueryOnOneLineIsExact() {
        assertThat(ofQuery(view("spec:\n  query: SELECT id\n" + COLUMNS).origin()))
                .isEqualTo(new Origin("views/a.yaml", 5, 10));
        assertThat(ofQuery(view("spec:\n  query: 'SELECT id'\n" + COLUMNS).origin()))
                .isEqualTo(new Origin("views/a.yaml", 5, 11));
        assertThat(ofQuery(view("spec: {\"query\": \"SELECT \u2615\", columns: [{name: id, type: integer}]}\n")
                        .origin()))
                .isEqualTo(new Origin("views/a.yaml", 4, 18));
    }

    @Test
    void aQuotedQueryWithEscapesOrSeveralLinesKnowsItsFirstCharacterOnly() {
        assertThat(view("spec:\n  query: 'SELECT ''x'''\n" + COLUMNS).origin().lines())
                .isEqualTo(Lines.FOLDED);
        assertThat(view("spec:\n  query: \"SELECT \\\"x\\\"\"\n" + COLUMNS)
                        .origin()
                        .lines())
                .isEqualTo(Lines.FOLDED);
        assertThat(view("spec:\n  query: SELECT id\n    FROM a.b\n" + COLUMNS)
                        .origin()
                        .lines())
                .isEqualTo(Lines.FOLDED);
    }

    @Test
    void windowsLineEndsChangeNeitherPlaceNorHash() {
        String file = HEAD + "spec:\n  query: |\n    SELECT id\n    FROM a.b\n" + COLUMNS;
        assertThat(read(file.replace("\n", "\r\n"))).isEqualTo(read(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spec:\n  columns: [{classification: [c.d, a.b], type: integer, name: id}]\n  query: 'SELECT id'\n",
                "spec:\n  query: \"SELECT id\" # a comment\n\n" + COLUMNS,
                "spec:\n  query: |\n    SELECT id\n\n" + COLUMNS,
                "spec:\n  query: >-\n    SELECT\n    id\n" + COLUMNS,
                "spec:\n  query: SELECT id\n" + COLUMNS + "  onSourceFailure: fail\n  limits: {timeout: 1m}\n"
            })
    void howAFileIsWrittenDoesNotChangeItsHash(String spec) {
        assertThat(view(spec).hash())
                .matches("[0-9a-f]{64}")
                .isEqualTo(view("spec:\n  query: SELECT id\n" + COLUMNS).hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id → SELECT  id",
                "a.b, c.d → a.b",
                "type: integer → type: bigint",
                "name: id → name: ident",
                "type: integer → type: integer, required: true",
                "type: integer → type: integer, key: true",
                "type: integer → type: integer, description: d",
                "spec: → spec:\n  limits: {timeout: 9s}",
                "spec: → spec:\n  limits: {maxRows: 9}",
                "spec: → spec:\n  limits: {maxShippedKeys: 9}",
                "spec: → spec:\n  limits: {onTooManyKeys: refuse}",
                "spec: → spec:\n  onSourceFailure: {partial: {allow: [crm]}}",
                "spec: → spec:\n  pushdown: {require: [orders]}",
                "spec: → spec:\n  freshness: {maxStaleness: 5m}",
                "spec: → spec:\n  cache: {results: {ttl: 30s}}",
                "name: sales.a → name: sales.b",
                "version: 1.0.0 → version: 1.0.1",
                "title: T → title: U",
                "owner: team → owner: others",
                "[x, y] → [x]"
            })
    void whatAViewSaysChangesItsHash(String change) {
        String before = HEAD + "spec:\n  query: SELECT id\n" + COLUMNS;
        String[] parts = change.split(" → ", 2);
        assertThat(before).contains(parts[0]);
        assertThat(read(before.replace(parts[0], parts[1])).hash())
                .isNotEqualTo(read(before).hash());
    }

    @Test
    void aVersionSaysThatItIsDeprecatedAndStaysWhatItIs() {
        String spec = "spec:\n  query: SELECT id\n" + COLUMNS;
        ViewDefinition deprecated = view(
                spec
                        + "  deprecated: {since: 2026-10-01, sunset: \"2027-03-31\", successor: sales.a@2, reason: Totals were gross.}\n");
        assertThat(deprecated.deprecation())
                .contains(new Deprecation(
                        LocalDate.of(2026, 10, 1),
                        Optional.of(LocalDate.of(2027, 3, 31)),
                        Optional.of(ViewReference.parse("sales.a@2")),
                        "Totals were gross."));
        assertThat(deprecated.hash()).isEqualTo(view(spec).hash());
        assertThat(view(spec).deprecation()).isEmpty();
    }

    @Test
    void aViewSaysHowOldRowsMayBe() {
        String spec = "spec:\n  query: SELECT id\n" + COLUMNS;
        assertThat(view(spec).freshness()).isEqualTo(Freshness.UNSAID);
        assertThat(view(spec + "  freshness: {maxStaleness: 90s}\n").freshness())
                .isEqualTo(new Freshness(Optional.of(Duration.ofSeconds(90))));
        assertThatThrownBy(() -> new Freshness(Optional.of(Duration.ofMillis(999))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Freshness(Optional.of(Duration.ofHours(2))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aViewSaysForHowLongResultsMayBeKept() {
        String spec = "spec:\n  query: SELECT id\n" + COLUMNS;
        assertThat(view(spec).caching()).isEqualTo(Caching.NONE);
        assertThat(view(spec + "  cache: {results: {ttl: 30s}}\n").caching())
                .isEqualTo(new Caching(Optional.of(Duration.ofSeconds(30))));
        assertThatThrownBy(() -> new Caching(Optional.of(Duration.ofMillis(999))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Caching(Optional.of(Duration.ofMinutes(61))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequiredTableKeepsThePlaceWhereItIsWritten() {
        String spec = "spec:\n  query: SELECT id\n" + COLUMNS + "  pushdown: {require: [orders, crm.customers]}\n";
        String file = HEAD + spec;
        int line =
                (int) file.lines().takeWhile(text -> !text.contains("pushdown")).count() + 1;
        assertThat(read(file).pushdown())
                .isEqualTo(new Pushdown(List.of(
                        new Pushdown.Required("orders", line, 24), new Pushdown.Required("crm.customers", line, 32))));
    }

    @Test
    void aSourceIsPinnedByWhatItsVariablesSayAndByWhereItsPasswordIs() throws IOException {
        String file = Files.readString(Path.of("src/test/catalogs/good/sources/orders.yaml"));
        String hash = source(file, "5432");
        Set<String> hashes = new HashSet<>(Set.of(hash));
        assertThat(source("# comment\n" + file, "5432")).isEqualTo(hash);
        assertThat(source(file, "5433")).isNotEqualTo(hash);
        assertThat(source(file.replace("ORDERS_PASSWORD", "OTHER_PASSWORD"), "5432"))
                .isNotEqualTo(hash);
        for (String rule : List.of(
                "opaque",
                "range, bounds: [10]",
                "range, bounds: [11]",
                "list, lists: [{shard: orders_0, values: [1]}]",
                "list, lists: [{shard: orders_1, values: [1]}]",
                "hash, function: postgres",
                "hash, function: crc32")) {
            assertThat(hashes.add(source(file.replace("modulo", rule), "5432")))
                    .as(rule)
                    .isTrue();
        }
        assertThat(source(file.replace("concurrency: 8", "concurrency: 8, maxShards: 9"), "5432"))
                .isNotEqualTo(hash);
        assertThat(source(file.replace("concurrency: 8", "concurrency: 8, maxLag: 10s"), "5432"))
                .isNotEqualTo(hash);
        assertThat(source(file.replace("concurrency: 8", "concurrency: 9"), "5432"))
                .isNotEqualTo(hash);
        assertThat(source(file.replace("name: ORDERS", "name: Orders"), "5432")).isNotEqualTo(hash);
    }

    @Test
    void theSamplesLoadWithoutAProblem() {
        Variables local = name -> Optional.of(
                name.endsWith("_HOST")
                        ? "127.0.0.1"
                        : Integer.toString(10_000 + Math.floorMod(name.hashCode(), 10_000)));
        CatalogFiles files = new CatalogLoader(local).load(Path.of("..", "samples", "coffee-chain"));
        assertThat(files.problems()).isEmpty();
        assertThat(files.catalog().views()).hasSizeGreaterThanOrEqualTo(3);
    }

    private static String source(String text, String port) {
        Problems problems = new Problems("sources/a.yaml");
        Variables variables = Variables.of(Map.of("ORDERS_0_HOST", "localhost", "ORDERS_0_PORT", port));
        FileText file =
                FileText.of(text.getBytes(StandardCharsets.UTF_8), problems).orElseThrow();
        LoadedFile loaded = new FileReader(variables)
                .read("sources/a.yaml", DefinitionKind.SOURCE, file, problems)
                .orElseThrow(() -> new AssertionError(problems.list()));
        return ((LoadedFile.OfSource) loaded).source().hash();
    }

    private static ViewDefinition view(String spec) {
        return read(HEAD + spec);
    }

    private static Origin ofQuery(Origin origin) {
        return origin.withColumns(Map.of());
    }

    private static ViewDefinition read(String text) {
        Problems problems = new Problems("views/a.yaml");
        FileText file =
                FileText.of(text.getBytes(StandardCharsets.UTF_8), problems).orElseThrow();
        LoadedFile loaded = new FileReader(Variables.of(Map.of()))
                .read("views/a.yaml", DefinitionKind.VIEW, file, problems)
                .orElseThrow(() -> new AssertionError(problems.list()));
        return ((LoadedFile.OfView) loaded).view();
    }
}
