package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.connection;
import static io.belvedere.federation.run.RunHarness.context;
import static io.belvedere.federation.run.RunHarness.fetch;
import static io.belvedere.federation.run.RunHarness.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.testkit.EmbeddedPostgres;
import io.belvedere.testkit.Storage;
import io.belvedere.testkit.TestDatabases;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong at sources, and what must be left behind: nothing. */
class FaultsIT {
    private static final String MANY_PG =
            "SELECT i, repeat('x', 100) AS t FROM (SELECT generate_series(1, 100000000) AS i) g";
    private static final String MANY_MARIA = "SELECT seq AS i, REPEAT('x', 100) AS t FROM seq_1_to_100000000";
    private static final String SLOW_PG = "SELECT count(*) AS i FROM generate_series(1, 100000000000) i";
    private static final String SLOW_MARIA =
            "SELECT COUNT(a.seq + b.seq) AS i FROM seq_1_to_1000000 a, seq_1_to_1000000 b";

    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    Path spill;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestDatabases.freshPostgres("faults");
        mariaDb = TestDatabases.freshMariaDb("faults");
    }

    @AfterAll
    static void drop() throws Exception {
        postgres.close();
        mariaDb.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void aCancelWhileStreamingReachesTheSource(String source) throws Exception {
        try (RunHarness harness = harness(SourceLimits.DEFAULT)) {
            RunContext context = context(Duration.ofSeconds(60));
            try (RowStream stream = harness.runner.open(many(source), context)) {
                assertThat(stream.next()).isTrue();
                var _ = Thread.ofVirtual().start(stream::cancel);
                assertFails(FederationError.CANCELLED, () -> readOn(stream));
            }
            assertNothingRuns(context);
            awaitPermits(shard(harness, source), 16);
            assertThat(harness.memory.bytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void closingBeforeTheEndReachesTheSource(String source) throws Exception {
        try (RunHarness harness = harness(SourceLimits.DEFAULT)) {
            RunContext context = context(Duration.ofSeconds(60));
            long begin;
            try (RowStream stream = harness.runner.open(many(source), context)) {
                assertThat(stream.next()).isTrue();
                begin = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertNothingRuns(context);
            awaitPermits(shard(harness, source), 16);
            assertThat(harness.memory.bytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void aStatementThatNeverEndsMeetsTheDeadline(String source) throws Exception {
        try (RunHarness harness = harness(SourceLimits.DEFAULT)) {
            RunContext context = context(Duration.ofSeconds(2));
            long begin = System.nanoTime();
            assertFails(FederationError.TIMED_OUT, () -> harness.run(slow(source), context));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(3_500));
            assertNothingRuns(context);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void theSourcesOwnLimitEndsAStatement(String source) {
        SourceLimits limits = new SourceLimits(4, Duration.ofMillis(400), 1_000);
        try (RunHarness harness = harness(limits)) {
            RunContext context = context(Duration.ofSeconds(60));
            long begin = System.nanoTime();
            assertFails(FederationError.TIMED_OUT, () -> harness.run(slow(source), context));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(new RunHarness.Answer(List.of(), List.of(), context.timeline()).fetches())
                    .singleElement()
                    .satisfies(facts -> assertThat(facts.attempts()).isEqualTo(1));
        }
    }

    @Test
    void aKilledSourceEndsTheQueryWithoutARetry() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Storage.temporary());
                RunHarness harness = new RunHarness(
                        spill,
                        server.password(),
                        source(
                                "pg",
                                SourceKind.POSTGRESQL,
                                SourceLimits.DEFAULT,
                                connection(server.port(), "postgres", EmbeddedPostgres.READER)))) {
            RunContext context = context(Duration.ofSeconds(60));
            try (RowStream stream = harness.runner.open(many("pg"), context)) {
                assertThat(stream.next()).isTrue();
                server.kill();
                assertFails(FederationError.SOURCE_UNAVAILABLE, () -> readOn(stream));
            }
            assertThat(new RunHarness.Answer(List.of(), List.of(), context.timeline()).fetches())
                    .singleElement()
                    .satisfies(facts -> {
                        assertThat(facts.attempts()).isEqualTo(1);
                        assertThat(facts.status()).isEqualTo("failed");
                    });
            assertThat(harness.memory.bytes()).isZero();

            server.restart();
            assertThat(harness.run(one("pg")).rows()).containsExactly(List.of(1L));
        }
    }

    @Test
    void aRestartBetweenTwoQueriesIsNotNoticed() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Storage.temporary());
                RunHarness harness = new RunHarness(
                        spill,
                        server.password(),
                        source(
                                "pg",
                                SourceKind.POSTGRESQL,
                                SourceLimits.DEFAULT,
                                connection(server.port(), "postgres", EmbeddedPostgres.READER)))) {
            harness.run(one("pg"));
            assertThat(shard(harness, "pg").idleConnections()).isEqualTo(1);
            server.stop();
            server.restart();

            assertThat(harness.run(one("pg")).rows()).containsExactly(List.of(1L));
        }
    }

    @Test
    void aSourceThatRefusesIsTriedTwiceAndThenNamed() throws Exception {
        try (RunHarness harness = down()) {
            RunContext context = context(Duration.ofSeconds(30));
            long begin = System.nanoTime();
            assertThatThrownBy(() -> harness.run(one("pg"), context))
                    .isInstanceOfSatisfying(BelvedereException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
                        assertThat(failure.getMessage()).contains("'pg'").doesNotContain("127.0.0.1", "refused");
                    });
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            assertThat(new RunHarness.Answer(List.of(), List.of(), context.timeline()).fetches())
                    .singleElement()
                    .satisfies(facts -> assertThat(facts.attempts()).isEqualTo(2));
        }
    }

    @Test
    void aMissingSourceIsNamedWhereTheContractAllowsIt() throws Exception {
        OnSourceFailure partial = new OnSourceFailure.Partial(Set.of(new SourceName("pg")));
        try (RunHarness harness = down()) {
            RunHarness.Answer through = harness.run(PlanFixtures.plan(
                    ViewLimits.DEFAULT, partial, one("pg").steps().getFirst()));
            assertThat(through.rows()).isEmpty();
            assertThat(through.incomplete()).containsExactly("pg");

            Step.Fetch lost = fetch("f", "pg", "SELECT 1::bigint AS i", Step.Use.ONCE, column("i", "bigint"));
            Step.Deliver deliver = new Step.Deliver(
                    "r", "SELECT CAST(count(*) AS BIGINT) AS n FROM f", List.of("f"), List.of(column("n", "bigint")));
            RunHarness.Answer joined = harness.run(PlanFixtures.plan(ViewLimits.DEFAULT, partial, lost, deliver));
            assertThat(joined.rows()).containsExactly(List.of(0L));
            assertThat(joined.incomplete()).containsExactly("pg");
        }
    }

    @Test
    void moreRowsThanASourceMayGiveAreAnError() {
        try (RunHarness harness = harness(new SourceLimits(4, Duration.ofSeconds(10), 10))) {
            assertThat(harness.run(rows("pg", 10)).rows()).hasSize(10);
            assertFails(FederationError.LIMIT_EXCEEDED, () -> harness.run(rows("pg", 11)));
            assertFails(FederationError.LIMIT_EXCEEDED, () -> harness.run(rows("pg", 1_000_000)));
        }
    }

    @Test
    void moreRowsThanAResultMayHaveAreAnError() {
        ViewLimits limits = new ViewLimits(Duration.ofSeconds(10), 10, 10);
        try (RunHarness harness = harness(SourceLimits.DEFAULT)) {
            Step ten = rows("pg", 10).steps().getFirst();
            Step eleven = rows("pg", 11).steps().getFirst();
            assertThat(harness.run(PlanFixtures.plan(limits, new OnSourceFailure.Fail(), ten))
                            .rows())
                    .hasSize(10);
            assertFails(
                    FederationError.LIMIT_EXCEEDED,
                    () -> harness.run(PlanFixtures.plan(limits, new OnSourceFailure.Fail(), eleven)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT gone FROM pg_class",
                "SELECT 1 FROM gone",
                "CREATE TABLE t (i int)",
                "DELETE FROM pg_class"
            })
    void whatASourceDoesNotOfferIsDrift(String sql) {
        try (RunHarness harness = harness(SourceLimits.DEFAULT)) {
            var plan = PlanFixtures.plan(
                    new Step.PassThrough(fetch("f", "pg", sql, Step.Use.ONCE, column("i", "bigint"))));
            assertFails(FederationError.SCHEMA_DRIFT, () -> harness.run(plan));
        }
    }

    @Test
    void aTableThatLostADeclaredColumnIsDrift() throws Exception {
        postgres.execute("CREATE TABLE drifting (id bigint)");
        var definition = source(
                "pg",
                SourceKind.POSTGRESQL,
                SourceLimits.DEFAULT,
                List.of(RunHarness.table("pg", "drifting", "id", "email")),
                connection(postgres.port(), postgres.name(), postgres.user()));
        try (RunHarness harness = new RunHarness(spill, postgres.password(), definition)) {
            var plan = PlanFixtures.plan(new Step.PassThrough(
                    fetch("f", "pg", "SELECT id FROM drifting", Step.Use.ONCE, column("id", "bigint"))));
            assertThatThrownBy(() -> harness.run(plan)).isInstanceOfSatisfying(BelvedereException.class, failure -> {
                assertThat(failure.code()).isEqualTo(FederationError.SCHEMA_DRIFT);
                assertThat(failure.getMessage()).doesNotContain("email");
                assertThat(failure.getCause()).hasMessageContaining("email");
            });
            postgres.execute("ALTER TABLE drifting ADD COLUMN email bigint");
            assertThat(harness.run(plan).rows()).isEmpty();
        }
    }

    @Test
    void aWrongPasswordIsTriedTwiceAtMostAndNeverShown() {
        var definition = source(
                "pg",
                SourceKind.POSTGRESQL,
                SourceLimits.DEFAULT,
                connection(postgres.port(), postgres.name(), postgres.user()));
        try (RunHarness harness = new RunHarness(spill, "canary-4711", definition)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> harness.run(one("pg")))
                        .isInstanceOfSatisfying(BelvedereException.class, failure -> {
                            assertThat(failure.code()).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
                            assertThat(failure).hasStackTraceContaining("'pg'");
                            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                                assertThat(cause.toString()).doesNotContain("canary");
                            }
                        });
            }
            assertThatThrownBy(() -> harness.run(one("pg"))).hasMessageContaining("a moment ago");
        }
    }

    @Test
    void severalFetchesOfOneQueryLineUpAtASourceThatTakesOneAtATime() throws Exception {
        try (RunHarness harness = harness(new SourceLimits(1, Duration.ofSeconds(10), 1_000_000))) {
            String sql = "SELECT i::bigint AS i FROM generate_series(1, 100000) i";
            Step.Fetch a = fetch("a", "pg", sql, Step.Use.ONCE, column("i", "bigint"));
            Step.Fetch b = fetch("b", "pg", sql, Step.Use.ONCE, column("i", "bigint"));
            Step.Deliver deliver = new Step.Deliver(
                    "r",
                    "SELECT CAST(count(*) AS BIGINT) AS n FROM a JOIN b USING (i)",
                    List.of("a", "b"),
                    List.of(column("n", "bigint")));
            assertThat(harness.run(PlanFixtures.plan(a, b, deliver)).rows()).containsExactly(List.of(100_000L));
            awaitPermits(shard(harness, "pg"), 1);
        }
    }

    /** A statement's place is given back by its own thread, a moment after its last row was delivered. */
    private static void awaitPermits(ShardPool shard, int all) throws Exception {
        FaultRig.await("all places are free", Duration.ofSeconds(60), () -> shard.freePermits() == all);
    }

    private RunHarness harness(SourceLimits limits) {
        return RunHarness.over(spill, postgres, mariaDb, limits);
    }

    private RunHarness down() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        return new RunHarness(
                spill,
                "unused",
                source("pg", SourceKind.POSTGRESQL, SourceLimits.DEFAULT, connection(port, "none", "nobody")));
    }

    private static ShardPool shard(RunHarness harness, String source) {
        return harness.sources.require(new SourceName(source)).shards().getFirst();
    }

    private static ExecutablePlan many(String source) {
        return PlanFixtures.plan(new Step.PassThrough(fetch(
                "f",
                source,
                source.equals("pg") ? MANY_PG : MANY_MARIA,
                Step.Use.ONCE,
                column("i", "bigint"),
                column("t", "varchar"))));
    }

    private static ExecutablePlan slow(String source) {
        return PlanFixtures.plan(new Step.PassThrough(
                fetch("f", source, source.equals("pg") ? SLOW_PG : SLOW_MARIA, Step.Use.ONCE, column("i", "bigint"))));
    }

    private static ExecutablePlan one(String source) {
        return rows(source, 1);
    }

    private static ExecutablePlan rows(String source, int count) {
        return PlanFixtures.plan(new Step.PassThrough(fetch(
                "f",
                source,
                "SELECT i::bigint AS i FROM generate_series(1, " + count + ") i",
                Step.Use.ONCE,
                column("i", "bigint"))));
    }

    private static void readOn(RowStream stream) {
        while (stream.next()) {
            assertThat(stream.batch().getRowCount()).isPositive();
        }
    }

    private static void assertFails(FederationError code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        failure -> assertThat(failure.code())
                                .as(failure.toString())
                                .isEqualTo(code));
    }

    /** No statement of this query is left at either server, a few seconds after it ended. */
    private static void assertNothingRuns(RunContext context) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        while (running(context) > 0 && System.nanoTime() < until) {
            Thread.sleep(Duration.ofMillis(50));
        }
        assertThat(running(context)).isZero();
    }

    private static int running(RunContext context) throws SQLException {
        return count(
                        postgres,
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'belvedere/"
                                + context.query() + "@%'")
                + count(
                        mariaDb,
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '/* belvedere/"
                                + context.query() + "%'");
    }

    private static int count(TestDatabases.Fresh database, String sql) throws SQLException {
        try (var connection = database.openAsAdmin();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
