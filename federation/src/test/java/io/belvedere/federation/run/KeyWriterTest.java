package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.model.DataType;
import io.belvedere.model.DataType.Simple;
import io.belvedere.model.source.SourceKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys in the form of each product, those that cannot be started here too; and keys cut into pieces. */
class KeyWriterTest {
    private static final ShippedKeys PAIRS = new ShippedKeys(List.of(
            column(Simple.BIGINT, "1", "2", "2"),
            column(Simple.VARCHAR, "plain", "it's \\ é😀", ""),
            column(Simple.INTEGER, "7", "8", "9")));

    @Test
    void oracleTakesListsOfAThousandAndTextWithoutAQuote() {
        KeyWriter oracle = KeyWriter.of(SourceKind.ORACLE);
        List<String> numbers =
                IntStream.range(0, 2_500).mapToObj(Integer::toString).toList();

        String sql = KeyConditions.condition(
                        oracle, List.of("k"), new ShippedKeys(List.of(new ShippedKeys.Column(Simple.BIGINT, numbers))))
                .sql();
        assertThat(sql)
                .startsWith("(k IN (0,1,")
                .contains("999) OR k IN (1000,")
                .endsWith("2499))");
        assertThat(sql.split(" OR ")).hasSize(3);
        assertThat(KeyConditions.condition(oracle, List.of("a", "t", "b"), PAIRS)
                        .sql())
                .isEqualTo("((a, b) IN ((1,7),(2,8)) AND t IN ('plain',"
                        + "UNISTR('\\0069\\0074\\0027\\0073\\0020\\005c\\0020\\00e9\\d83d\\de00')))");
    }

    @Test
    void mariaDbComparesTextThatAColumnMayLackByCodePoint() {
        KeyWriter maria = KeyWriter.of(SourceKind.MARIADB);

        assertThat(KeyConditions.condition(
                                maria, List.of("t"), new ShippedKeys(List.of(column(Simple.VARCHAR, "a", "é"))))
                        .sql())
                .isEqualTo("(t IN ('a') OR CONVERT(t USING utf8mb4) COLLATE utf8mb4_bin IN (_utf8mb4 x'c3a9'))");
        assertThat(KeyConditions.condition(maria, List.of("t"), new ShippedKeys(List.of(column(Simple.VARCHAR, "é"))))
                        .sql())
                .isEqualTo("CONVERT(t USING utf8mb4) COLLATE utf8mb4_bin IN (_utf8mb4 x'c3a9')");
    }

    @Test
    void mariaDbComparesTextThatAColumnHasInTheColumnsOwnCollation() {
        KeyWriter maria = KeyWriter.of(SourceKind.MARIADB, Map.of("t", new TextColumn("latin1", "latin1_swedish_ci")));
        ShippedKeys keys = new ShippedKeys(List.of(column(Simple.VARCHAR, "O'Brien, A.", "é", "漢")));

        assertThat(KeyConditions.condition(maria, List.of("t"), keys).sql())
                .isEqualTo("(t IN (_utf8mb4 x'4f27427269656e2c20412e',_utf8mb4 x'c3a9')"
                        + " OR CONVERT(t USING utf8mb4) COLLATE utf8mb4_bin IN (_utf8mb4 x'e6bca2'))");
    }

    @Test
    void sqlServerTakesOneJsonParameter() {
        KeyConditions.Condition rows =
                KeyConditions.condition(KeyWriter.of(SourceKind.SQLSERVER), List.of("a", "t", "b"), PAIRS);

        assertThat(rows.sql())
                .isEqualTo(
                        "EXISTS (SELECT 1 FROM OPENJSON(?) WITH (k0 bigint '$[0]', k1 nvarchar(max) '$[1]', k2 int '$[2]')"
                                + " AS bv_keys WHERE bv_keys.k0 = a AND bv_keys.k1 COLLATE Latin1_General_100_BIN2 = t AND bv_keys.k2 = b)");
        assertThat(rows.parameters())
                .containsExactly(
                        "[[\"1\",\"plain\",\"7\"],[\"2\",\"it's \\\\u005c \\\\u00e9\\\\ud83d\\\\ude00\",\"8\"],[\"2\",\"\",\"9\"]]"
                                .replace("\\\\", "\\"));
        assertThat(rows.keys()).isEqualTo(3);
    }

    @Test
    void postgresTakesAnArrayAColumn() {
        KeyConditions.Condition rows =
                KeyConditions.condition(KeyWriter.of(SourceKind.POSTGRESQL), List.of("a", "t", "b"), PAIRS);

        assertThat(rows.sql())
                .isEqualTo(
                        "((a, b) IN (SELECT * FROM unnest(CAST(? AS bigint[]), CAST(? AS integer[]))) AND t = ANY (?))");
        assertThat(rows.parameters())
                .containsExactly("{\"1\",\"2\",\"2\"}", "{\"7\",\"8\",\"9\"}", "{\"plain\",\"it's \\\\ é😀\",\"\"}");
    }

    @Test
    void piecesOfKeysHaveNoValueOfTheirExactColumnInCommonAndLoseNone() {
        List<String> numbers = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            numbers.add(Integer.toString(i / 3));
            texts.add((i % 3 == 0 ? "A" : "a") + i % 7 + i);
        }
        ShippedKeys keys = new ShippedKeys(List.of(
                new ShippedKeys.Column(Simple.VARCHAR, texts), new ShippedKeys.Column(Simple.INTEGER, numbers)));

        List<ShippedKeys> pieces = KeyBatches.of(keys, 1_000, Long.MAX_VALUE);

        assertThat(pieces).hasSizeBetween(10, 11);
        Set<String> seen = new HashSet<>();
        for (ShippedKeys piece : pieces) {
            Set<String> here = new HashSet<>(piece.columns().getLast().texts());
            assertThat(here).noneMatch(seen::contains);
            seen.addAll(here);
        }
        assertThat(pieces.stream().mapToInt(ShippedKeys::count).sum()).isEqualTo(10_000);
        assertThat(KeyBatches.of(keys, 50_000, 40_000)).hasSize((int) Math.ceilDiv(keys.bytes(), 40_000));
    }

    /** A source that ignores case would give a row with two pieces of text. */
    @Test
    void keysOfTextAloneStayTogether() {
        List<String> texts = IntStream.range(0, 5_000).mapToObj(i -> "t" + i).toList();
        ShippedKeys keys = new ShippedKeys(List.of(new ShippedKeys.Column(Simple.VARCHAR, texts)));

        assertThat(KeyBatches.of(keys, 10, 10)).containsExactly(keys);
    }

    private static ShippedKeys.Column column(DataType type, String... texts) {
        return new ShippedKeys.Column(type, List.of(texts));
    }
}
