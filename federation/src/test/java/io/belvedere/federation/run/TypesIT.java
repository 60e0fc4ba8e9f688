package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.fetch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.DataType;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.testkit.TestDatabases;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
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

/** Every type of the contract, out of both products, straight through and through the engine. */
class TypesIT {
    private static final String TEXT = "Ä\\'\"€ 日本 😀 \u200b%_;--";
    private static final OutputColumn[] ALL = {
        column("b", "boolean"),
        column("i", "integer"),
        column("l", "bigint"),
        column("d", "double"),
        column("n", "decimal(38,10)"),
        column("m", "decimal(12,2)"),
        column("t", "varchar"),
        column("x", "varbinary"),
        column("da", "date"),
        column("ti", "time"),
        column("ts", "timestamp"),
        column("tz", "timestamp with time zone")
    };
    private static final String NAMES = "b, i, l, d, n, m, t, x, da, ti, ts, tz";

    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    Path spill;

    private RunHarness harness;

    @BeforeAll
    static void load() throws Exception {
        postgres = TestDatabases.freshPostgres("types");
        mariaDb = TestDatabases.freshMariaDb("types");
        postgres.execute(
                "CREATE TABLE kinds (k int, b boolean, i int, l bigint, d float8, n numeric(38,10), m numeric(12,2), t text, x bytea,"
                        + " da date, ti time, ts timestamp, tz timestamptz)");
        mariaDb.execute(
                "SET SESSION time_zone = '+00:00'",
                "CREATE TABLE kinds (k int, b BOOLEAN, i INT, l BIGINT, d DOUBLE, n DECIMAL(38,10), m DECIMAL(12,2), t TEXT, x"
                        + " VARBINARY(100), da DATE, ti TIME(6), ts DATETIME(6), tz TIMESTAMP(6) NULL) CHARACTER SET utf8mb4");
        mariaDb.execute("CREATE TABLE odd (y YEAR, b BIT(1))", "INSERT INTO odd VALUES (2024, b'1')");
        for (TestDatabases.Fresh database : List.of(postgres, mariaDb)) {
            try (var connection = database.openAsAdmin();
                    var statement = connection.createStatement()) {
                if (database.equals(mariaDb)) {
                    statement.execute("SET SESSION time_zone = '+00:00'");
                } else {
                    statement.execute("SET TIME ZONE 'UTC'");
                }
                String bytes = database.equals(mariaDb) ? "x'00ff5c27'" : "'\\x00ff5c27'";
                statement.execute(
                        "INSERT INTO kinds VALUES (1, true, 42, 43, 0.1, 12345.6789, 19.99, '', " + bytes
                                + ", '2024-02-29', '12:34:56.789012', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.789012')");
                statement.execute("INSERT INTO kinds (k) VALUES (2)");
                statement.execute(
                        "INSERT INTO kinds VALUES (3, false, -2147483648, -9223372036854775808,"
                                + " 1.7976931348623157E308, 9999999999999999999999999999.9999999999, -9999999999.99, 'x', "
                                + bytes
                                + ", '9999-12-31', '23:59:59.999999', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999')");
                statement.execute("INSERT INTO kinds VALUES (4, false, 2147483647, 9223372036854775807,"
                        + " -5E-324, -9999999999999999999999999999.9999999999, 0, 'y', " + bytes
                        + ", '1000-01-01', '00:00:00', '1000-01-01 00:00:00', '1970-01-01 00:00:01')");
            }
            try (var connection = database.openAsAdmin();
                    var statement = connection.prepareStatement("UPDATE kinds SET t = ? WHERE k = 3")) {
                statement.setString(1, TEXT);
                statement.execute();
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
    @ValueSource(strings = {"pg", "maria"})
    void carriesEveryTypeStraightThrough(String source) {
        assertThat(all(PlanFixtures.plan(new Step.PassThrough(
                        fetch("f", source, "SELECT " + NAMES + " FROM kinds ORDER BY k", Step.Use.ONCE, ALL)))))
                .isEqualTo(expected());
    }

    @ParameterizedTest
    @CsvSource({"pg,ONCE", "pg,KEPT", "maria,ONCE", "maria,KEPT"})
    void carriesEveryTypeThroughTheEngine(String source, Step.Use use) {
        OutputColumn[] columns = Arrays.copyOf(ALL, ALL.length + 1);
        columns[ALL.length] = column("k", "integer");
        Step.Fetch rows = fetch("f", source, "SELECT " + NAMES + ", k FROM kinds", use, columns);
        Step.Deliver deliver =
                new Step.Deliver("r", "SELECT " + NAMES + " FROM f ORDER BY k", List.of("f"), List.of(ALL));

        assertThat(all(PlanFixtures.plan(rows, deliver))).isEqualTo(expected());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            pg    | 'infinity'::timestamp                  | timestamp
            pg    | '-infinity'::timestamptz               | timestamp with time zone
            pg    | 'infinity'::date                       | date
            pg    | 'NaN'::numeric                         | decimal(10,2)
            pg    | 1.005                                  | decimal(10,2)
            pg    | 123456789.5                            | decimal(5,1)
            pg    | 1.5::numeric                           | integer
            pg    | 1.5::float8                            | bigint
            pg    | 3000000000                             | integer
            maria | 18446744073709551615                   | bigint
            maria | CAST(3000000000 AS UNSIGNED)           | integer
            maria | 1.5                                    | bigint
            maria | 2                                      | boolean
            maria | CAST('0000-00-00' AS DATE)             | date
            maria | CAST('2024-00-10' AS DATE)             | date
            maria | CAST('0000-00-00 00:00:00' AS DATETIME)| timestamp
            maria | CAST('838:59:59' AS TIME)              | time
            maria | CAST('-00:00:01' AS TIME)              | time
            """)
    void refusesAValueThatDoesNotFit(String source, String expression, String type) {
        var plan = PlanFixtures.plan(
                new Step.PassThrough(fetch("f", source, "SELECT " + expression, Step.Use.ONCE, column("c", type))));

        assertThatThrownBy(() -> harness.run(plan))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FederationError.DATA_ERROR));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            maria | CAST(18446744073709551615 AS UNSIGNED) | decimal(20,0) | 18446744073709551615
            maria | (SELECT y FROM odd)                    | integer       | 2024
            maria | b FROM odd                             | boolean       | true
            maria | CAST(0.1 AS FLOAT)                     | double        | 0.10000000149011612
            pg    | 0.1::real                              | double        | 0.10000000149011612
            pg    | 10.00::numeric                         | bigint        | 10
            pg    | 'a'::char(3)                           | varchar       | a
            pg    | 'NaN'::float8                          | double        | NaN
            pg    | '24:00'::time                          | time          | 86400000000
            """)
    void readsOddities(String source, String expression, String type, String value) {
        var plan = PlanFixtures.plan(
                new Step.PassThrough(fetch("f", source, "SELECT " + expression, Step.Use.ONCE, column("c", type))));

        assertThat(harness.run(plan).rows().getFirst().getFirst().toString().strip())
                .isEqualTo(value);
    }

    @Test
    void refusesANullWhereTheDefinitionPromisesAValue() {
        var required = new OutputColumn("c", DataType.Simple.BIGINT, Presence.REQUIRED);
        var plan = PlanFixtures.plan(
                new Step.PassThrough(fetch("f", "pg", "SELECT NULL::bigint", Step.Use.ONCE, required)));

        assertThatThrownBy(() -> harness.run(plan))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FederationError.DATA_ERROR));
    }

    private List<List<Object>> all(ExecutablePlan plan) {
        List<List<Object>> rows = harness.run(plan).rows();
        rows.forEach(row -> row.replaceAll(value -> value instanceof byte[] bytes ? Arrays.toString(bytes) : value));
        return rows;
    }

    private static List<List<Object>> expected() {
        String bytes = Arrays.toString(new byte[] {0, (byte) 0xff, 0x5c, 0x27});
        LocalDateTime leap = LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_012_000);
        LocalDateTime last = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000);
        return List.of(
                row(true, 42, 43L, 0.1, "12345.6789000000", "19.99", "", bytes, leap, leap),
                Arrays.asList(new Object[ALL.length]),
                row(
                        false,
                        Integer.MIN_VALUE,
                        Long.MIN_VALUE,
                        Double.MAX_VALUE,
                        "9999999999999999999999999999.9999999999",
                        "-9999999999.99",
                        TEXT,
                        bytes,
                        last,
                        LocalDateTime.of(2038, 1, 19, 3, 14, 7, 999_999_000)),
                row(
                        false,
                        Integer.MAX_VALUE,
                        Long.MAX_VALUE,
                        -Double.MIN_VALUE,
                        "-9999999999999999999999999999.9999999999",
                        "0.00",
                        "y",
                        bytes,
                        LocalDateTime.of(1000, 1, 1, 0, 0),
                        LocalDateTime.of(1970, 1, 1, 0, 0, 1)));
    }

    private static List<Object> row(
            boolean b,
            int i,
            long l,
            double d,
            String n,
            String m,
            String t,
            String x,
            LocalDateTime ts,
            LocalDateTime tz) {
        return List.of(
                b,
                i,
                l,
                d,
                new BigDecimal(n),
                new BigDecimal(m),
                t,
                x,
                (int) ts.toLocalDate().toEpochDay(),
                ts.toLocalTime().toNanoOfDay() / 1_000,
                ts,
                micros(tz));
    }

    private static long micros(LocalDateTime value) {
        return ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), value);
    }
}
