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
        OutputColumn number = column("n", "bigint");
        return new Step.PassThrough(new Step.Fetch(
                "f",
                new SourceName(source),
                new SqlTemplate(List.of(new SqlTemplate.Text(sql))),
                List.of(0),
                Optional.empty(),
                List.of(),
                List.of(),
                Step.Use.ONCE,
                Step.Volume.FEW,
                List.of(number)));
    }
}
