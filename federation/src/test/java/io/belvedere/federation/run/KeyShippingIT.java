package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.fetch;
import static io.belvedere.federation.run.RunHarness.fetchByKeys;
import static io.belvedere.federation.run.RunHarness.keys;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of every type, and of every spelling, from one database to another. */
class KeyShippingIT {
    /** What breaks out of a literal somewhere, and what a client's encoding may lose. */
    private static final List<String> TEXTS = List.of(
            "",
            "plain",
            "o'clock",
            "x\\' or 1=1 -- ",
            "x' or '1'='1",
            "\\",
            "\\\\'",
            "\"{a,b}\"",
            "{NULL}",
            "NULL",
            "a,b",
            "%_",
            "line\nbreak\ttab\r",
            "/* */ -- # ;",
            "?",
            "$1 :name {d '2024-01-01'}",
            "é\u0301 日本 😀",
            "trailing ");

    private static final OutputColumn I = column("i", "bigint");
    private static final OutputColumn J = column("j", "integer");
    private static final OutputColumn T = column("t", "varchar");
    private static final OutputColumn D = column("d", "date");
    private static final List<List<Object>> PAIRED =
            IntStream.range(0, TEXTS.size()).mapToObj(k -> List.<Object>of(k)).toList();
    private static final String UUID = "6f1e1f0a-5b1c-4d3e-8f00-0123456789ab";

    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    Path spill;

    private RunHarness harness;

    @BeforeAll
    static void load() throws Exception {
        postgres = TestDatabases.freshPostgres("keys");
        mariaDb = TestDatabases.freshMariaDb("keys");
        String columns =
                " (k int, b boolean, i int, l bigint, d double precision, n decimal(20,4), t varchar(100), da date, ti time,";
        postgres.execute("CREATE TABLE typed" + columns + " ts timestamp, tz timestamptz, x bytea)");
        mariaDb.execute("CREATE TABLE typed" + columns
                + " ts datetime(6), tz timestamp(6) NULL, x varbinary(20)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        for (TestDatabases.Fresh database : List.of(postgres, mariaDb)) {
            boolean onMariaDb = database.equals(mariaDb);
            try (var connection = database.openAsAdmin();
                    var statement = connection.createStatement()) {
                statement.execute(onMariaDb ? "SET time_zone = '+00:00'" : "SET TIME ZONE 'UTC'");
                statement.execute(
                        "INSERT INTO typed VALUES (1, true, -5, 9223372036854775807, 0.1, -1234.5678, 'a', '2024-02-29',"
                                + " '12:34:56', '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123456', "
                                + (onMariaDb ? "x'00ff27'" : "'\\x00ff27'") + ")");
                statement.execute("INSERT INTO typed VALUES (2, false, 7, 8, 1e300, 0, 'b', '1999-01-01', '00:00:00',"
                        + " '1999-01-01 00:00:00', '1999-01-01 00:00:00', " + (onMariaDb ? "x'01'" : "'\\x01'") + ")");
                statement.execute("INSERT INTO typed (k) VALUES (3)");
                String collation = onMariaDb ? " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" : "";
                statement.execute("CREATE TABLE texts (k int, t varchar(100))" + collation);
                statement.execute("CREATE TABLE pairs (k int, i bigint, j int, t varchar(100), d date)" + collation);
                statement.execute(
                        "INSERT INTO pairs VALUES (200, NULL, 5, 'plain', '2024-01-01'), (201, 1, 5, NULL, '2024-01-01')");
            }
            try (var connection = database.openAsAdmin();
                    var statement = connection.prepareStatement("INSERT INTO texts VALUES (?, ?)")) {
                for (int i = 0; i < TEXTS.size(); i++) {
                    statement.setInt(1, i);
                    statement.setString(2, TEXTS.get(i));
                    statement.execute();
                }
            }
            pairs(database);
        }
    }

    /** Keys of several columns below number 100, and each again in rows that mix the values of two. */
    private static void pairs(TestDatabases.Fresh database) throws Exception {
        try (var connection = database.openAsAdmin();
                var statement = connection.prepareStatement("INSERT INTO pairs VALUES (?, ?, ?, ?, ?)")) {
            for (int i = 0; i < TEXTS.size(); i++) {
                for (int mixed = 0; mixed < 2; mixed++) {
                    statement.setInt(1, i + 100 * mixed);
                    statement.setLong(2, (i + mixed) % 3);
                    statement.setInt(3, i);
                    statement.setString(4, TEXTS.get(i));
                    statement.setObject(5, LocalDate.of(2024, 1, 10 + i));
                    statement.execute();
                }
            }
        }
    }

    @AfterAll
    static void drop() throws Exception {
        postgres.close();
        mariaDb.close();
    }

    @BeforeEach
    void open() {
        harness = RunHarness.over(spill, postgres, mariaDb, SourceLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @ParameterizedTest
    @CsvSource({"pg,maria", "maria,pg"})
    void textArrivesAsItIsHoweverItIsSpelt(String from, String to) {
        for (int i = 0; i < TEXTS.size(); i++) {
            RunHarness.Answer answer = harness.run(plan(from, to, "texts", "t", "varchar", "WHERE k = " + i, 100));

            assertThat(answer.rows()).as(TEXTS.get(i)).containsExactly(List.of(i));
            assertThat(moved(answer)).as(TEXTS.get(i)).isEqualTo(1);
        }
        assertThat(harness.run(plan(from, to, "texts", "t", "varchar", "", 100)).rows())
                .hasSize(TEXTS.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            b|boolean
            i|integer
            l|bigint
            d|double
            n|decimal(20,4)
            t|varchar
            da|date
            ti|time
            ts|timestamp
            tz|timestamp with time zone
            x|varbinary
            """)
    void everyTypeFindsItsPartnerAndMovesNothingElse(String name, String type) {
        for (List<String> way : List.of(List.of("pg", "maria"), List.of("maria", "pg"), List.of("pg", "pg"))) {
            RunHarness.Answer answer =
                    harness.run(plan(way.getFirst(), way.getLast(), "typed", name, type, "WHERE k <> 2", 100));

            assertThat(answer.rows()).as(way.toString()).containsExactly(List.of(1));
            assertThat(moved(answer)).as(way.toString()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void withoutAKeyTheSourceIsNotAsked(String to) {
        RunHarness.Answer answer = harness.run(plan("pg", to, "typed", "i", "integer", "WHERE k = 3", 100));

        assertThat(answer.rows()).isEmpty();
        assertThat(answer.fetches().getLast().status()).isEqualTo("skipped");
        assertThat(answer.fetches().getLast().attempts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void withTooManyKeysTheSourceIsScanned(String to) {
        RunHarness.Answer exact = harness.run(plan("pg", to, "texts", "t", "varchar", "", TEXTS.size()));
        assertThat(exact.fetches().getLast().keys()).isEqualTo(TEXTS.size());

        RunHarness.Answer over = harness.run(plan("pg", to, "texts", "t", "varchar", "", TEXTS.size() - 1));
        assertThat(over.rows()).hasSize(TEXTS.size());
        assertThat(over.fetches().getLast().keys()).isZero();
        assertThat(over.fetches().getLast().sql()).endsWith("WHERE 1 = 1");
    }

    /** Text stands apart from the other columns, so that rows of mixed keys may come too; the join drops them. */
    @ParameterizedTest
    @CsvSource({"pg,maria", "maria,pg", "pg,pg", "maria,maria"})
    void keysOfSeveralColumnsFindTheirPartnersWhateverTheTextIs(String from, String to) {
        for (List<OutputColumn> columns : List.of(List.of(I, T), List.of(D, T, I))) {
            RunHarness.Answer answer = harness.run(plan(from, to, "pairs", columns, "WHERE k < 100", 100));

            assertThat(answer.rows()).isEqualTo(PAIRED);
            assertThat(answer.fetches().getLast().keys()).isEqualTo(TEXTS.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"pg,maria", "maria,pg", "pg,pg", "maria,maria"})
    void keysOfSeveralNumbersMoveNoRowOfMixedKeys(String from, String to) {
        for (List<OutputColumn> columns : List.of(List.of(I, J), List.of(J, T, I))) {
            RunHarness.Answer answer = harness.run(plan(from, to, "pairs", columns, "WHERE k < 100", 100));

            assertThat(answer.rows()).isEqualTo(PAIRED);
            assertThat(moved(answer)).isEqualTo(TEXTS.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void aKeyWithANullInAnyColumnDoesNotTravel(String to) {
        RunHarness.Answer none = harness.run(plan("pg", to, "pairs", List.of(I, T), "WHERE k >= 200", 100));
        assertThat(none.rows()).isEmpty();
        assertThat(none.fetches().getLast().status()).isEqualTo("skipped");

        RunHarness.Answer one = harness.run(plan("pg", to, "pairs", List.of(I, J), "WHERE k >= 200 OR k = 0", 100));
        assertThat(one.fetches().getLast().keys()).isEqualTo(2);
        assertThat(moved(one)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void withTooManyKeysOfSeveralColumnsTheSourceIsScanned(String to) {
        RunHarness.Answer over =
                harness.run(plan("pg", to, "pairs", List.of(I, T, D), "WHERE k < 100", TEXTS.size() - 1));

        assertThat(over.rows()).isEqualTo(PAIRED);
        assertThat(over.fetches().getLast().keys()).isZero();
        assertThat(over.fetches().getLast().sql()).endsWith("WHERE 1 = 1");
        assertThat(moved(over)).isGreaterThan(2L * TEXTS.size());
    }

    @Test
    void textMeetsAColumnOfAnotherTypeThatIsWrittenAsText() {
        Step.Fetch keys = fetch(
                "keys", "pg", "SELECT i, t FROM (VALUES (7::bigint, '" + UUID + "')) v (i, t)", Step.Use.KEPT, I, T);
        Step.Fetch rows = fetchByKeys(
                "found",
                "pg",
                "SELECT i, CAST(u AS text) FROM (VALUES (7::bigint, CAST('" + UUID + "' AS uuid))," + " (8, CAST('"
                        + UUID + "' AS uuid))) v (i, u) WHERE ",
                List.of("i", "u"),
                keys("keys", 100, I, T),
                I,
                T);
        Step.Deliver deliver = new Step.Deliver(
                "r", "SELECT i FROM found JOIN keys USING (i, t)", List.of("keys", "found"), List.of(I));

        assertThat(harness.run(PlanFixtures.plan(keys, rows, deliver)).rows()).containsExactly(List.of(7L));
    }

    /** MariaDB turns a long list into a sub-query, and brings character sets together in some comparisons only. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "utf8mb4 COLLATE utf8mb4_bin",
                "utf8mb4 COLLATE utf8mb4_unicode_ci",
                "utf8mb3 COLLATE utf8mb3_czech_ci",
                "latin1"
            })
    void longListsOfTextMeetAColumnOfAnyCollation(String characters) throws Exception {
        mariaDb.execute("CREATE OR REPLACE TABLE lists (k int PRIMARY KEY, i bigint, t varchar(50) CHARACTER SET "
                + characters + ", KEY (t))");
        mariaDb.execute("INSERT INTO lists SELECT seq, seq % 7, CONCAT('it''s é ', seq) FROM seq_1_to_5000");
        postgres.execute("DROP TABLE IF EXISTS lists");
        postgres.execute(
                "CREATE TABLE lists AS SELECT k, CAST(k % 7 AS bigint) i, 'it''s é ' || k t FROM generate_series(1, 3000) k");

        for (List<OutputColumn> columns : List.of(List.of(T), List.of(I, T))) {
            RunHarness.Answer answer = harness.run(plan("pg", "maria", "lists", columns, "", 5_000));

            assertThat(answer.fetches().getLast().keys()).isEqualTo(3_000);

            assertThat(moved(answer)).isEqualTo(3_000);
            assertThat(answer.rows()).hasSize(3_000);
        }
    }

    @Test
    void theTimelineShowsNoKey() {
        RunHarness.Answer answer = harness.run(plan("pg", "maria", "texts", "t", "varchar", "WHERE k = 1", 100));

        assertThat(answer.fetches().getLast().sql())
                .contains("<1 keys>")
                .doesNotContain("plain")
                .doesNotContain("706c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void tensOfThousandsOfKeysTravelInOneStatement(String to) {
        String wide = to.equals("pg")
                ? "SELECT generate_series(1, 200000)::bigint AS i"
                : "SELECT seq AS i FROM seq_1_to_200000";
        Step.Fetch keys = fetch(
                "keys",
                "pg",
                "SELECT (i * 3)::bigint AS i FROM generate_series(1, 50000) i",
                Step.Use.KEPT,
                column("i", "bigint"));
        Step.Fetch rows = fetchByKeys(
                "found",
                to,
                "SELECT i FROM (" + wide + ") w WHERE ",
                List.of("i"),
                keys("keys", 50_000, column("i", "bigint")),
                column("i", "bigint"));
        Step.Deliver deliver = new Step.Deliver(
                "r",
                "SELECT CAST(count(*) AS BIGINT) AS n FROM found",
                List.of("found"),
                List.of(column("n", "bigint")));

        assertThat(harness.run(PlanFixtures.plan(keys, rows, deliver)).rows()).containsExactly(List.of(50_000L));
    }

    private static long moved(RunHarness.Answer answer) {
        return answer.fetches().getLast().rows();
    }

    private static ExecutablePlan plan(
            String from, String to, String table, String column, String type, String where, int keysMax) {
        return plan(from, to, table, List.of(column(column, type)), where, keysMax);
    }

    /** The keys of {@code columns} from one table to its twin, and the rows' numbers that are found there. */
    private static ExecutablePlan plan(
            String from, String to, String table, List<OutputColumn> columns, String where, int keysMax) {
        List<String> names = columns.stream().map(OutputColumn::name).toList();
        String list = String.join(", ", names);
        List<OutputColumn> found = new ArrayList<>(List.of(column("k", "integer")));
        found.addAll(columns);
        Step.Fetch keys = fetch(
                "keys",
                from,
                "SELECT " + list + " FROM " + table + " " + where,
                Step.Use.KEPT,
                columns.toArray(OutputColumn[]::new));
        Step.Fetch rows = fetchByKeys(
                "found",
                to,
                "SELECT k, " + list + " FROM " + table + " WHERE ",
                names,
                keys("keys", keysMax, columns.toArray(OutputColumn[]::new)),
                found.toArray(OutputColumn[]::new));
        Step.Deliver deliver = new Step.Deliver(
                "r",
                "SELECT k FROM found JOIN keys USING (" + list + ") ORDER BY k",
                List.of("keys", "found"),
                List.of(column("k", "integer")));
        return PlanFixtures.plan(keys, rows, deliver);
    }
}
