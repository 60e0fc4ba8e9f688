package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.testkit.TestDatabases;
import java.nio.charset.Charset;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Text is compared by code point, and still found by the index of a column that compares otherwise: on a real MariaDB, in columns of
 * several character sets and collations.
 */
class MariaDbIndexIT {
    private static final int FILLERS = 4_000;
    private static final Map<String, String> COLLATIONS = new LinkedHashMap<>(Map.of(
            "general", "utf8mb4 COLLATE utf8mb4_general_ci",
            "uca", "utf8mb4 COLLATE utf8mb4_uca1400_ai_ci",
            "binary_padded", "utf8mb4 COLLATE utf8mb4_bin",
            "binary_exact", "utf8mb4 COLLATE utf8mb4_nopad_bin",
            "swedish", "latin1 COLLATE latin1_swedish_ci",
            "basic", "utf8mb3 COLLATE utf8mb3_general_ci",
            "czech", "utf8mb4 COLLATE utf8mb4_czech_ci",
            "wide", "ucs2 COLLATE ucs2_general_ci"));
    /** Alike in one collation or another, or with rules of their own. */
    private static final List<String> TRICKY = List.of(
            "abc", "ABC", "aBc", "abc ", "abc  ", "abç", "äbc", "ab", "a", "", " ", "abc\t", "ß", "ss", "SS", "c", "ch",
            "CH", "chata", "cizi", "é", "É", "e\u0301", "e", "€", "漢字", "漢", "😀", "😁", "it's", "a\\b", "50%", "a_c");

    private static TestDatabases.Fresh database;
    private static Sources sources;
    private static CatalogStatistics statistics;
    private static Catalog catalog;
    private static final Map<String, List<String>> ROWS = new LinkedHashMap<>();

    @BeforeAll
    static void fill() throws Exception {
        database = TestDatabases.freshMariaDb("indexes");
        try (java.sql.Connection connection = database.openAsAdmin()) {
            for (Map.Entry<String, String> table : COLLATIONS.entrySet()) {
                List<String> rows = rows(table.getValue());
                ROWS.put(table.getKey(), rows);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("CREATE TABLE " + table.getKey()
                            + " (id INT PRIMARY KEY, v VARCHAR(40) CHARACTER SET " + table.getValue() + ", INDEX (v))");
                }
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table.getKey() + " VALUES (?, ?)")) {
                    for (int i = 0; i < rows.size(); i++) {
                        insert.setInt(1, i);
                        insert.setString(2, rows.get(i));
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
                try (Statement statement = connection.createStatement()) {
                    statement.execute("ANALYZE TABLE " + table.getKey());
                }
            }
        }
        SourceDefinition source = source();
        catalog = new Catalog(
                List.of(source),
                COLLATIONS.keySet().stream().map(MariaDbIndexIT::view).toList());
        sources = new Sources(
                new Catalog(List.of(source), List.of()), Secrets.of(Map.of("PASSWORD", database.password())));
        statistics = new CatalogStatistics(sources);
        for (String table : COLLATIONS.keySet()) {
            await(new TableName(new SourceName("db"), table));
        }
    }

    @AfterAll
    static void drop() throws Exception {
        sources.close();
        database.close();
    }

    static Set<String> tables() {
        return COLLATIONS.keySet();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyTextIsFoundAsItselfAndByTheIndex(String table) throws SQLException {
        for (String text : TRICKY) {
            String sql = sql("SELECT id FROM v." + table + " WHERE v = " + quoted(text));

            assertThat(ids(sql)).as(text).isEqualTo(expected(table, text::equals));
            if (held(COLLATIONS.get(table), text)) {
                assertThat(read(sql)).as("%s in %s", text, table).isLessThan(FILLERS / 10);
            }
        }
    }

    /** Before the source has said anything, for text that every character set has. */
    @ParameterizedTest
    @MethodSource("tables")
    void asciiIsFoundByTheIndexOfAnUnknownColumn(String table) throws SQLException {
        for (String text : List.of("abc", "it's", "a\\b", "abc\t")) {
            String sql = sql(_ -> Optional.empty(), "SELECT id FROM v." + table + " WHERE v = " + quoted(text));

            assertThat(ids(sql)).as(text).isEqualTo(expected(table, text::equals));
            assertThat(read(sql)).as(text).isLessThan(FILLERS / 10);
        }
    }

    /** As shipped keys are written, which the engine compares once more: more rows may be found, never fewer. */
    @ParameterizedTest
    @MethodSource("tables")
    void keysAreFoundByTheIndex(String table) throws SQLException {
        String sql = "SELECT id FROM " + table + " WHERE v IN ('abc',_utf8mb4 x'697427732c20c3a9',_utf8mb4 x'c3a9')";

        assertThat(ids(sql)).containsAll(expected(table, List.of("abc", "é")::contains));
        assertThat(read(sql)).isLessThan(FILLERS / 10);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aListIsFoundByTheIndexToo(String table) throws SQLException {
        String sql = sql("SELECT id FROM v." + table + " WHERE v IN ('abc', 'it''s', 'ch', 'x17')");

        assertThat(ids(sql)).isEqualTo(expected(table, List.of("abc", "it's", "ch", "x17")::contains));
        assertThat(read(sql)).isLessThan(FILLERS / 10);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aBeginningIsFoundAsItIsWritten(String table) throws SQLException {
        for (String beginning :
                List.of("ab", "a", "c", "s", "CH", "x1", "e", "50", " ", "é", "ß", "漢", "€", "it's", "😀")) {
            String sql = sql("SELECT id FROM v." + table + " WHERE v LIKE " + quoted(beginning + "%"));

            assertThat(ids(sql)).as(beginning).isEqualTo(expected(table, row -> row.startsWith(beginning)));
            boolean language = table.equals("czech");
            if (!language && held(COLLATIONS.get(table), beginning)) {
                assertThat(read(sql)).as("%s in %s", beginning, table).isLessThan(FILLERS / 2);
            }
        }
    }

    @Test
    void columnsOfTwoCollationsAreJoinedByAnIndex() throws SQLException {
        for (String left : COLLATIONS.keySet()) {
            for (String right : COLLATIONS.keySet()) {
                String sql = sql("SELECT a.id FROM v." + left + " a JOIN v." + right + " b ON a.v = b.v"
                        + " WHERE b.id BETWEEN 5 AND 24");
                List<String> wanted = ROWS.get(right).subList(5, 25);

                assertThat(ids(sql)).as("%s, %s", left, right).isEqualTo(expected(left, wanted::contains));
                assertThat(read(sql)).as("%s, %s", left, right).isLessThan(FILLERS / 2);
            }
        }
    }

    @Test
    void whatIsKnownOfAColumnMayBeWrong() throws Exception {
        String sql = sql("SELECT id FROM v.general WHERE v = 'abc'") + " UNION ALL "
                + sql("SELECT id FROM v.general WHERE v LIKE 'ab%'");
        Set<Integer> before = ids(sql);
        try (java.sql.Connection connection = database.openAsAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "ALTER TABLE general MODIFY v VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_czech_ci");
            assertThat(ids(sql)).isEqualTo(before);
            statement.execute(
                    "ALTER TABLE general MODIFY v VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
            statement.execute("ANALYZE TABLE general");
        }
    }

    /** The fillers too begin with a letter of their own, and there are NULLs. */
    private static List<String> rows(String collation) {
        List<String> rows = new ArrayList<>();
        for (String text : TRICKY) {
            if (held(collation, text)) {
                rows.add(text);
            }
        }
        rows.add(null);
        for (int i = 0; i < FILLERS; i++) {
            rows.add((i % 2 == 0 ? "y" : "z") + i);
        }
        rows.add("x17");
        return rows;
    }

    private static boolean held(String collation, String text) {
        if (collation.startsWith("latin1")) {
            return Charset.forName("windows-1252").newEncoder().canEncode(text);
        }
        return collation.startsWith("utf8mb4") || text.chars().noneMatch(unit -> Character.isSurrogate((char) unit));
    }

    private static Set<Integer> expected(String table, Predicate<String> predicate) {
        Set<Integer> ids = new TreeSet<>();
        List<String> rows = ROWS.get(table);
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i) != null && predicate.test(rows.get(i))) {
                ids.add(i);
            }
        }
        return ids;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** The one statement that the plan asks. */
    private static String sql(String question) {
        return sql(statistics, question);
    }

    private static String sql(Statistics known, String question) {
        ResolvedQuery query = FederationFixture.resolve(catalog, question);
        var plan =
                new Planner(known).plan(new Weaver().weave(query, FederationFixture.steward(query.views())), catalog);
        assertThat(plan.steps()).as(question).hasSize(1);
        Step.Fetch fetch = ((Step.PassThrough) plan.steps().getFirst()).fetch();
        return ((SqlTemplate.Text) fetch.sql().parts().getFirst()).sql();
    }

    private static Set<Integer> ids(String sql) throws SQLException {
        Set<Integer> ids = new TreeSet<>();
        try (java.sql.Connection connection = database.openAsReader();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }

    /** Rows that the server looked at, by its own plan: the product over the tables of a join. */
    private static long read(String sql) throws SQLException {
        long read = 1;
        try (java.sql.Connection connection = database.openAsReader();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
            while (rows.next()) {
                read *= Math.max(1, rows.getLong("rows"));
            }
        }
        return read;
    }

    private static void await(TableName table) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (statistics.find(table).isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    private static SourceDefinition source() {
        SourceName name = new SourceName("db");
        Connection connection = new Connection(
                database.host(),
                database.port(),
                database.name(),
                database.user(),
                new SecretReference.Environment("PASSWORD"),
                Connection.TlsMode.DISABLED);
        return new SourceDefinition(
                name,
                SourceKind.MARIADB,
                "",
                List.of(new Shard("db", connection)),
                Optional.empty(),
                COLLATIONS.keySet().stream()
                        .map(table -> new SourceTable(
                                new TableName(name, table),
                                Optional.empty(),
                                table,
                                List.of(
                                        column("id", DataType.Simple.INTEGER, Presence.REQUIRED, KeyPart.KEY),
                                        column("v", DataType.Simple.VARCHAR, Presence.OPTIONAL, KeyPart.NONE))))
                        .toList(),
                SourceLimits.DEFAULT,
                "b".repeat(64));
    }

    private static SourceColumn column(String name, DataType type, Presence presence, KeyPart key) {
        return new SourceColumn(new ColumnName(name), name, type, presence, key, Set.of());
    }

    private static ViewDefinition view(String table) {
        return FederationFixture.view(
                "v." + table + "@1.0.0", "SELECT id, v FROM db." + table, "id integer!*", "v varchar");
    }
}
