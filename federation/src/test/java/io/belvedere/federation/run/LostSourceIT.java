package io.belvedere.federation.run;

import static io.belvedere.federation.run.FaultRig.CONTROL;
import static io.belvedere.federation.run.FaultRig.MARIA;
import static io.belvedere.federation.run.FaultRig.PG;
import static io.belvedere.federation.run.FaultRig.await;
import static io.belvedere.federation.run.FaultRig.only;
import static io.belvedere.federation.run.FaultRig.rows;
import static io.belvedere.federation.run.FaultRig.sleeping;
import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.context;
import static io.belvedere.federation.run.RunHarness.fetch;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.fault.Fault;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that are lost while they answer, or that ask to try again. */
class LostSourceIT {
    private static final SourceLimits LIMITS = new SourceLimits(4, Duration.ofSeconds(20), 100_000_000);

    @TempDir
    Path spill;

    @ParameterizedTest
    @CsvSource({"pg, RESET", "maria, RESET", "pg, HALF_CLOSE", "maria, HALF_CLOSE"})
    void afterItsFirstRowALostSourceEndsTheQueryWithoutARetry(String source, Fault.End end) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            for (int bytes : new int[] {1, 7, 100_003}) {
                RunContext context = context(Duration.ofSeconds(20));
                try (RowStream stream = rig.harness.runner.open(rows(source, 10_000_000), context)) {
                    assertThat(stream.next()).isTrue();
                    rig.proxy(source).injectStanding(new Fault.AfterBytes(bytes, end));
                    assertThat(SilentSourceIT.endOf(stream)).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
                }
                assertThat(only(context).attempts()).isEqualTo(1);
                assertThat(only(context).status()).isEqualTo("failed");
                rig.awaitGone(source, context, Duration.ofSeconds(10));
            }
            assertThat(rig.count(Event.RETRIED)).isZero();
            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void aConnectionResetBeforeTheFirstRowCostsOneRetryAndNoWrongRow(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.harness.run(rows(source, 3));
            rig.proxy(source).injectStanding(new Fault.AfterText("sleep_marker", Fault.End.RESET));
            RunContext context = context(Duration.ofSeconds(20));
            assertThat(rig.harness.run(sleeping(source, 10), context).rows()).hasSize(1);
            assertThat(only(context).attempts()).isEqualTo(2);
            assertThat(rig.count(Event.RETRIED)).isEqualTo(1);
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void aSessionEndedByAnAdministratorBeforeTheFirstRowIsAskedOnceMore(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            RunContext context = context(Duration.ofSeconds(20));
            CompletableFuture<RunHarness.Answer> answer =
                    CompletableFuture.supplyAsync(() -> rig.harness.run(sleeping(source, 1_500), context));
            await("it runs", Duration.ofSeconds(60), () -> rig.running(source, context) == 1);
            endSession(rig, source, context);
            assertThat(answer.get().rows()).hasSize(1);
            assertThat(only(context).attempts()).isEqualTo(2);
            assertThat(rig.shard(source).admits()).isTrue();
        }
    }

    private static void endSession(FaultRig rig, String source, RunContext context) throws SQLException {
        TestDatabases.Fresh database = source.equals(MARIA) ? rig.mariaDb : rig.postgres;
        try (var admin = database.openAsAdmin();
                var statement = admin.createStatement()) {
            if (source.equals(PG)) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
                        + " 'belvedere/" + context.query() + "@%'");
                return;
            }
            long session;
            try (var row = statement.executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE info LIKE '/* belvedere/" + context.query()
                            + "@%'")) {
                assertThat(row.next()).isTrue();
                session = row.getLong(1);
            }
            statement.execute("KILL " + session);
        }
    }

    @ParameterizedTest
    @CsvSource({"pg, 40001", "pg, 40P01", "maria, 40001"})
    void aSourceThatAsksToTryAgainIsAskedOnceMoreAndStaysTrusted(String source, String state) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            conflicting(rig, source, state);
            for (int i = 0; i < 12; i++) {
                RunContext context = context(Duration.ofSeconds(20));
                assertThat(rig.failure(FaultRig.plan(source, "SELECT conflict() AS i, 'x' AS t", "varchar"), context))
                        .isEqualTo(FederationError.SOURCE_UNAVAILABLE);
                assertThat(only(context).attempts())
                        .isEqualTo(i < 3 ? 2 : only(context).attempts());
            }
            assertThat(rig.count(Event.RETRIED)).isBetween(3, 4);
            assertThat(rig.count(Event.RETRY_REFUSED)).isPositive();
            assertThat(rig.shard(source).admits()).isTrue();
            assertThat(rig.count(Event.BREAKER_OPENED)).isZero();
        }
    }

    private static void conflicting(FaultRig rig, String source, String state) throws SQLException {
        if (source.equals(PG)) {
            rig.postgres.execute(
                    "CREATE FUNCTION conflict() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
                            + " 'again' USING ERRCODE = '" + state + "'; END $$");
        } else {
            rig.mariaDb.execute(
                    "CREATE FUNCTION conflict() RETURNS BIGINT NO SQL BEGIN SIGNAL SQLSTATE '" + state
                            + "' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'again'; RETURN 1; END",
                    "GRANT EXECUTE ON " + rig.mariaDb.name() + ".* TO '" + rig.mariaDb.user() + "'@'"
                            + rig.mariaDb.host() + "'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void onePacketForEachByteChangesNothingAndATrickleEndsAtTheDeadline(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.proxy(source).inject(new Fault.Slices(1));
            assertThat(rig.harness.run(rows(source, 50)).rows())
                    .hasSize(50)
                    .allSatisfy(row -> assertThat(row.get(1)).isEqualTo("x".repeat(100)));
            rig.proxy(source).inject(new Fault.Bandwidth(10_000));
            RunContext context = context(Duration.ofSeconds(2));
            assertThat(rig.failure(rows(source, 1_000_000), context)).isEqualTo(FederationError.TIMED_OUT);
            rig.awaitGone(source, context, Duration.ofSeconds(10));
            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    /** Nothing is delivered of the two that are well, and they are asked to stop. */
    @Test
    void withoutAContractForPartialResultsOneLostSourceStopsTheOthers() throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.postgresProxy.refuse();
            Step.Fetch lost = fetch("a", PG, "SELECT 1::bigint AS i", Step.Use.ONCE, column("i", "bigint"));
            Step.Fetch endless =
                    fetch("b", MARIA, "SELECT seq AS i FROM seq_1_to_100000000", Step.Use.ONCE, column("i", "bigint"));
            Step.Fetch waiting = fetch(
                    "c",
                    CONTROL,
                    "SELECT count(*) AS i FROM generate_series(1, 100000000000) i",
                    Step.Use.ONCE,
                    column("i", "bigint"));
            Step.Deliver deliver = new Step.Deliver(
                    "r",
                    "SELECT i FROM a UNION ALL SELECT i FROM b UNION ALL SELECT i FROM c",
                    List.of("a", "b", "c"),
                    List.of(column("i", "bigint")));
            RunContext context = context(Duration.ofSeconds(30));
            assertThat(rig.failure(PlanFixtures.plan(lost, endless, waiting, deliver), context))
                    .isEqualTo(FederationError.SOURCE_UNAVAILABLE);
            rig.awaitGone(MARIA, context, Duration.ofSeconds(2));
            rig.awaitGone(CONTROL, context, Duration.ofSeconds(2));
            rig.postgresProxy.heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    @Test
    void aCancelReachesEverySourceOfAQueryWithinTwoSeconds() throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            Step.Fetch a = fetch(
                    "a",
                    PG,
                    "SELECT count(*) AS i FROM generate_series(1, 100000000000) i",
                    Step.Use.ONCE,
                    column("i", "bigint"));
            Step.Fetch b = fetch(
                    "b",
                    MARIA,
                    "SELECT COUNT(a.seq + b.seq) AS i FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
                    Step.Use.ONCE,
                    column("i", "bigint"));
            Step.Deliver deliver = new Step.Deliver(
                    "r",
                    "SELECT i FROM a UNION ALL SELECT i FROM b",
                    List.of("a", "b"),
                    List.of(column("i", "bigint")));
            RunContext context = context(Duration.ofSeconds(60));
            try (RowStream stream = rig.harness.runner.open(PlanFixtures.plan(a, b, deliver), context)) {
                await(
                        "both sources work",
                        Duration.ofSeconds(10),
                        () -> rig.running(PG, context) == 1 && rig.running(MARIA, context) == 1);
                stream.cancel();
                rig.awaitGone(PG, context, Duration.ofSeconds(2));
                rig.awaitGone(MARIA, context, Duration.ofSeconds(2));
            }
            assertThat(rig.count(Event.ZOMBIE_SUSPECTED)).isZero();
            rig.awaitBase(Duration.ofSeconds(10));
        }
    }
}
