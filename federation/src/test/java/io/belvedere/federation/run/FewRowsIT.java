package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A statement that gives few rows travels with everything it needs: its bound, its tag, and a transaction that reads only. */
class FewRowsIT {
    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    private Path spill;

    private RunHarness harness;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestDatabases.freshPostgres("few");
        mariaDb = TestDatabases.freshMariaDb("few");
        for (TestDatabases.Fresh database : List.of(postgres, mariaDb)) {
            database.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2), (3)");
        }
    }

    @AfterAll
    static void drop() throws Exception {
        postgres.close();
        mariaDb.close();
    }

    @BeforeEach
    void open() {
        harness = RunHarness.over(
                spill, postgres, mariaDb, new SourceLimits(4, Duration.ofSeconds(1), SourceLimits.DEFAULT.rowsMax()));
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void givesTheSameOnAFreshConnectionAndOnAWarmOne(String source) {
        for (int i = 0; i < 5; i++) {
            assertThat(numbers(source, "SELECT id FROM t WHERE id >= 2 ORDER BY id"))
                    .containsExactly(List.of(2L), List.of(3L));
        }
        assertThat(harness.sources
                        .require(new SourceName(source))
                        .shards()
                        .getFirst()
                        .idleConnections())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "pg, INSERT INTO t VALUES (4) RETURNING id",
        "maria, INSERT INTO t VALUES (4) RETURNING id",
    })
    void canOnlyRead(String source, String writing) {
        warm(source);
        assertThatThrownBy(() -> numbers(source, writing)).isInstanceOf(BelvedereException.class);
        assertThat(numbers(source, "SELECT COUNT(*) FROM t")).containsExactly(List.of(3L));
    }

    @ParameterizedTest
    @CsvSource({"pg, SELECT 1 FROM pg_sleep(20)", "maria, SELECT SLEEP(20) + COUNT(*) FROM t"})
    void isStoppedByTheSourceItselfAfterItsTime(String source, String sleeping) {
        warm(source);
        long begin = System.nanoTime();
        assertThatThrownBy(() -> numbers(source, sleeping))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        late -> assertThat(late.code()).isEqualTo(FederationError.TIMED_OUT));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(numbers(source, "SELECT COUNT(*) FROM t")).containsExactly(List.of(3L));
    }

    @Test
    void carriesTheQuerysIdWhereTheSourceShowsIt() {
        warm("pg");
        warm("maria");
        String named = "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = pg_backend_pid()"
                + " AND application_name LIKE 'belvedere/%@%'";
        assertThat(numbers("pg", named)).containsExactly(List.of(1L));
        assertThat(numbers(
                        "maria",
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE id = CONNECTION_ID()"
                                + " AND info LIKE '/* belvedere/%@% */ SET STATEMENT max_statement_time = %'"))
                .containsExactly(List.of(1L));
    }

    @Test
    void leavesNoTransactionBehind() {
        warm("pg");
        assertThat(numbers("pg", "SELECT COUNT(*) FROM pg_settings WHERE name = 'statement_timeout' AND setting = '0'"))
                .containsExactly(List.of(0L));
        assertThat(numbers("pg", "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"))
                .containsExactly(List.of(0L));
    }

    @ParameterizedTest
    @CsvSource({"pg, 3", "maria, 3", "pg, 4000", "maria, 4000", "pg, 4001", "maria, 4001", "pg, 60000", "maria, 60000"})
    void givesAllRowsWhereFewerWereExpected(String source, int count) {
        warm(source);
        String digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4"
                + " UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
        String numbers =
                "SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM %1$s AS a, %1$s AS b, %1$s AS c, %1$s AS e, %1$s AS f LIMIT %2$d"
                        .formatted(digits, count);
        assertThat(harness.run(PlanFixtures.plan(step(source, numbers, Step.Volume.FEW_EXPECTED)))
                        .rows())
                .hasSize(count)
                .doesNotHaveDuplicates();
        assertThat(harness.sources
                        .require(new SourceName(source))
                        .shards()
                        .getFirst()
                        .lentConnections())
                .isZero();
    }

    @Test
    void readsBitByBitWhatIsFewRowsAndManyBytes() {
        Step wide = step(
                "pg",
                "SELECT repeat('y', 30000) || i FROM generate_series(1, 3000) AS i",
                Step.Volume.FEW_EXPECTED,
                column("w", "varchar"));
        try (RunHarness patient = RunHarness.over(
                spill,
                postgres,
                mariaDb,
                new SourceLimits(4, Duration.ofSeconds(60), SourceLimits.DEFAULT.rowsMax()))) {
            patient.run(PlanFixtures.plan(step("pg", "SELECT COUNT(*) FROM t")));
            assertThat(patient.run(PlanFixtures.plan(wide)).rows())
                    .hasSize(3000)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aPlanOfAnotherDecisionIsNotRun() {
        var decision = PolicyFixtures.everything(List.of()).allow();
        assertThatThrownBy(() -> harness.runner.open(
                        PlanFixtures.plan(step("pg", "SELECT id FROM t")),
                        decision,
                        RunHarness.context(Duration.ofSeconds(5))))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(FederationError.PLAN_REFUSED));
    }

    /** Looks at the table once with the schema check, then leaves a connection that has just answered. */
    private void warm(String source) {
        numbers(source, "SELECT COUNT(*) FROM t");
        numbers(source, "SELECT COUNT(*) FROM t");
    }

    private List<List<Object>> numbers(String source, String sql) {
        return harness.run(PlanFixtures.plan(step(source, sql))).rows();
    }

    private static Step step(String source, String sql) {
        return step(source, sql, Step.Volume.FEW);
    }

    private static Step step(String source, String sql, Step.Volume volume) {
        return step(source, sql, volume, column("n", "bigint"));
    }

    private static Step step(String source, String sql, Step.Volume volume, OutputColumn column) {
        return new Step.PassThrough(new Step.Fetch(
                "f",
                new SourceName(source),
                new SqlTemplate(List.of(new SqlTemplate.Text(sql))),
                List.of(0),
                Optional.empty(),
                List.of(),
                List.of(),
                Step.Use.ONCE,
                volume,
                List.of(column)));
    }
}
