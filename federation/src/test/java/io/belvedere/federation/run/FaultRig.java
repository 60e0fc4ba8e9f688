package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.connection;
import static io.belvedere.federation.run.RunHarness.fetch;
import static io.belvedere.federation.run.RunHarness.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.fault.FaultProxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A runner over {@code pg} and {@code maria}, each behind a proxy that fails as it is told, and {@code control}, a PostgreSQL that is
 * always well. Closing it fails when memory was left behind.
 */
final class FaultRig implements AutoCloseable {
    static final String PG = "pg";
    static final String MARIA = "maria";
    static final String CONTROL = "control";

    final TestDatabases.Fresh postgres;
    final TestDatabases.Fresh mariaDb;
    final FaultProxy postgresProxy;
    final FaultProxy mariaDbProxy;
    final RunHarness harness;
    private final Map<Event, AtomicInteger> events = new EnumMap<>(Event.class);

    FaultRig(Path spill, SourceLimits limits) throws SQLException {
        for (Event event : Event.values()) {
            events.put(event, new AtomicInteger());
        }
        this.postgres = TestDatabases.freshPostgres("rig");
        this.mariaDb = TestDatabases.freshMariaDb("rig");
        this.postgresProxy = FaultProxy.before(postgres.port());
        this.mariaDbProxy = FaultProxy.before(mariaDb.port());
        this.harness = new RunHarness(
                spill,
                Secrets.of(Map.of(
                        RunHarness.PASSWORD, postgres.password(), RunHarness.MARIADB_PASSWORD, mariaDb.password())),
                (source, _, event) -> {
                    if (!source.value().equals(CONTROL)) {
                        counter(event).incrementAndGet();
                    }
                },
                source(
                        PG,
                        SourceKind.POSTGRESQL,
                        limits,
                        connection(postgresProxy.port(), postgres.name(), postgres.user())),
                source(
                        MARIA,
                        SourceKind.MARIADB,
                        limits,
                        connection(mariaDbProxy.port(), mariaDb.name(), mariaDb.user(), RunHarness.MARIADB_PASSWORD)),
                source(
                        CONTROL,
                        SourceKind.POSTGRESQL,
                        limits,
                        connection(postgres.port(), postgres.name(), postgres.user())));
    }

    private AtomicInteger counter(Event event) {
        AtomicInteger counter = events.get(event);
        if (counter == null) {
            throw new IllegalStateException("every event has a counter");
        }
        return counter;
    }

    int count(Event event) {
        return counter(event).get();
    }

    FaultProxy proxy(String source) {
        return source.equals(MARIA) ? mariaDbProxy : postgresProxy;
    }

    ShardPool shard(String source) {
        return harness.sources.require(new SourceName(source)).shards().getFirst();
    }

    /** So many rows of about a hundred bytes. */
    static ExecutablePlan rows(String source, int count) {
        return plan(
                source,
                source.equals(MARIA)
                        ? "SELECT seq AS i, REPEAT('x', 100) AS t FROM seq_1_to_" + count
                        : "SELECT i::bigint, repeat('x', 100) AS t FROM generate_series(1, " + count + ") i",
                "varchar");
    }

    /** Works for a long time before its first row. */
    static ExecutablePlan slow(String source) {
        return plan(
                source,
                source.equals(MARIA)
                        ? "SELECT COUNT(a.seq + b.seq) AS i, 'slow_marker' AS t FROM seq_1_to_1000000 a, seq_1_to_1000000 b"
                        : "SELECT count(*) AS i, 'slow_marker' AS t FROM generate_series(1, 100000000000) i",
                "varchar");
    }

    /** Waits so many milliseconds, then gives one row. */
    static ExecutablePlan sleeping(String source, int millis) {
        return plan(
                source,
                source.equals(MARIA)
                        ? "SELECT CAST(SLEEP(" + millis / 1000.0 + ") AS INTEGER) AS i, 'sleep_marker' AS t"
                        : "SELECT 0::bigint AS i, 'sleep_marker' || pg_sleep(" + millis / 1000.0 + ")::text AS t",
                "varchar");
    }

    static ExecutablePlan plan(String source, String sql, String secondType) {
        return PlanFixtures.plan(new Step.PassThrough(
                fetch("f", source, sql, Step.Use.ONCE, column("i", "bigint"), column("t", secondType))));
    }

    /** The code with which a plan fails. */
    FederationError failure(ExecutablePlan plan, RunContext context) {
        BelvedereException failure = catchThrowableOfType(BelvedereException.class, () -> harness.run(plan, context));
        assertThat(failure).as("the query was expected to fail").isNotNull();
        return (FederationError) failure.code();
    }

    /** The one statement that a query sent, from its timeline. */
    static Timeline.FetchFacts only(RunContext context) {
        List<Timeline.FetchFacts> facts = context.timeline().entries().stream()
                .flatMap(entry -> entry.fetch().stream())
                .toList();
        assertThat(facts).hasSize(1);
        return facts.getFirst();
    }

    /** Statements of a query that its source still shows in its own list. */
    int running(String source, RunContext context) throws SQLException {
        return source.equals(MARIA)
                ? count(
                        mariaDb,
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '/* belvedere/"
                                + context.query() + "@%'")
                : count(
                        postgres,
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'belvedere/"
                                + context.query() + "@%'");
    }

    /** Whether the source's statement waits for us to read. MariaDB does not say so; there it is enough that it runs. */
    boolean stuck(String source, RunContext context) throws SQLException {
        return source.equals(MARIA)
                ? running(source, context) == 1
                : count(
                                postgres,
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'"
                                        + " AND application_name LIKE 'belvedere/" + context.query() + "@%'")
                        == 1;
    }

    private static int count(TestDatabases.Fresh database, String sql) throws SQLException {
        try (var connection = database.openAsAdmin();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Waits until it holds, and fails when it never does. */
    static void await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited in vain until " + what).isLessThan(until);
            Thread.sleep(Duration.ofMillis(25));
        }
    }

    void awaitGone(String source, RunContext context, Duration patience) throws Exception {
        await("the source runs nothing of the query", patience, () -> running(source, context) == 0);
    }

    /** Connections, permits, memory and threads are as they were before the first query, and every source answers. */
    void awaitBase(Duration patience) throws Exception {
        for (String source : List.of(PG, MARIA, CONTROL)) {
            ShardPool shard = shard(source);
            await(source + " is asked again", patience, shard::admits);
            await(source + " has all its places", patience, () -> shard.freePermits() == shard.concurrencyNow());
            await(source + " lends nothing", patience, () -> shard.lentConnections() == 0);
            assertThat(harness.run(rows(source, 3)).rows()).hasSize(3);
        }
        await("memory is given back", patience, () -> harness.memory.bytes() == 0);
        await(
                "no step's thread is left",
                patience,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("belvedere-step")));
    }

    @Override
    public void close() throws SQLException {
        postgresProxy.heal();
        mariaDbProxy.heal();
        harness.close();
        postgresProxy.close();
        mariaDbProxy.close();
        postgres.close();
        mariaDb.close();
    }
}
