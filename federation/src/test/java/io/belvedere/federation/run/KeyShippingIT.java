package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.fetch;
import static io.belvedere.federation.run.RunHarness.fetchByKeys;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.util.List;
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
                statement.execute("CREATE TABLE texts (k int, t varchar(100))"
                        + (onMariaDb ? " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" : ""));
            }
            try (var connection = database.openAsAdmin();
                    var statement = connection.prepareStatement("INSERT INTO texts VALUES (?, ?)")) {
                for (int i = 0; i < TEXTS.size(); i++) {
                    statement.setInt(1, i);
                    statement.setString(2, TEXTS.get(i));
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
        assertThat(over.fetches().getLast().sql()).endsWith("WHERE TRUE");
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
                "i",
                "",
                new KeyShipment("keys", "i", DataType.Simple.BIGINT, 50_000),
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

    /** The keys of {@code column} from one table to its twin, and the rows' numbers that are found there. */
    private static ExecutablePlan plan(
            String from, String to, String table, String column, String type, String where, int keysMax) {
        Step.Fetch keys = fetch(
                "keys", from, "SELECT " + column + " FROM " + table + " " + where, Step.Use.KEPT, column(column, type));
        Step.Fetch rows = fetchByKeys(
                "found",
                to,
                "SELECT k, " + column + " FROM " + table + " WHERE ",
                column,
                "",
                new KeyShipment("keys", column, DataType.parse(type), keysMax),
                column("k", "integer"),
                column(column, type));
        Step.Deliver deliver = new Step.Deliver(
                "r",
                "SELECT k FROM found JOIN keys USING (" + column + ") ORDER BY k",
                List.of("keys", "found"),
                List.of(column("k", "integer")));
        return PlanFixtures.plan(keys, rows, deliver);
    }
}
