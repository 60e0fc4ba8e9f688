package io.belvedere.federation.run;

import static io.belvedere.federation.run.FaultRig.CONTROL;
import static io.belvedere.federation.run.FaultRig.MARIA;
import static io.belvedere.federation.run.FaultRig.PG;
import static io.belvedere.federation.run.FaultRig.await;
import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.context;
import static io.belvedere.federation.run.RunHarness.fetch;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.ShardConnection;
import io.belvedere.federation.source.SharedSnapshot;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What several statements of one query see of a source that others write to meanwhile, and what the result says of it. */
class SnapshotIT {
    private static final Duration TIME = Duration.ofSeconds(20);

    @TempDir
    Path spill;

    @ParameterizedTest
    @CsvSource({"pg, 1", "maria, 2"})
    void postgresSharesASnapshotBetweenConnectionsAndMariaDbDoesNot(String source, long seenByTheSecond)
            throws Exception {
        try (FaultRig rig = rig(4);
                SharedSnapshot snapshot = new SharedSnapshot()) {
            try (ShardConnection first = borrow(rig, source, snapshot)) {
                assertThat(count(first)).isEqualTo(1);
                insert(rig, source);
                try (ShardConnection second = borrow(rig, source, snapshot)) {
                    assertThat(count(second)).isEqualTo(seenByTheSecond);
                    assertThat(second.snapshotNanos().equals(first.snapshotNanos()))
                            .isEqualTo(source.equals(PG));
                    second.finished();
                }
                assertThat(count(first)).isEqualTo(1);
                first.finished();
            }
            insert(rig, source);
            try (ShardConnection third = borrow(rig, source, snapshot)) {
                assertThat(count(third)).as("it rested in its transaction").isEqualTo(1);
                third.finished();
            }
            end(snapshot);
            assertThat(rig.shard(source).lentConnections()).isZero();
            try (ShardConnection later = rig.shard(source).borrow("later", Deadline.after(TIME), TIME)) {
                assertThat(count(later)).isEqualTo(3);
                later.finished();
            }
        }
    }

    private static void end(SharedSnapshot snapshot) {
        snapshot.close();
    }

    private static ShardConnection borrow(FaultRig rig, String source, SharedSnapshot snapshot) throws SQLException {
        return rig.shard(source).borrow("snapshot", Deadline.after(TIME), TIME, snapshot);
    }

    private static long count(ShardConnection connection) throws SQLException {
        try (var statement = connection.jdbc().createStatement();
                var row = statement.executeQuery("SELECT COUNT(*) FROM events")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** With one place at the source the second statement begins after the first has ended, and after a write. */
    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void twoStatementsOfAQuerySeeOneStateThoughSomebodyWritesBetweenThem(String source) throws Exception {
        try (FaultRig rig = rig(1)) {
            rig.harness.run(FaultRig.rows(source, 3));
            String slow = source.equals(MARIA)
                    ? "SELECT COUNT(*) + SLEEP(1.5) AS i FROM events"
                    : "SELECT count(*) + length(pg_sleep(1.5)::text) AS i FROM events";
            List<Step> steps = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                steps.add(fetch(name, source, slow, Step.Use.KEPT, column("i", "bigint")));
            }
            steps.add(new Step.Deliver(
                    "r",
                    "SELECT i FROM a UNION ALL SELECT i FROM b UNION ALL SELECT i FROM c",
                    List.of("a", "b", "c"),
                    List.of(column("i", "bigint"))));
            RunContext context = new RunContext(
                    context(TIME).query(), Deadline.after(TIME), new Timeline(Instant.parse("2026-01-31T12:00:00Z")));
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    await("the first one runs", TIME, () -> rig.running(source, context) > 0);
                    insert(rig, source);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            try (RowStream stream = rig.harness.runner.open(PlanFixtures.plan(steps.toArray(Step[]::new)), context)) {
                List<Object> rows = new ArrayList<>();
                while (stream.next()) {
                    for (int i = 0; i < stream.batch().getRowCount(); i++) {
                        rows.add(stream.batch().getVector(0).getObject(i));
                    }
                }
                writer.join();
                assertThat(rows).containsExactly(1L, 1L, 1L);
                assertThat(stream.readings()).singleElement().satisfies(reading -> {
                    assertThat(reading.source()).isEqualTo(source);
                    assertThat(reading.asOf()).isEqualTo(reading.latest());
                    assertThat(reading.asOf())
                            .isBetween(Instant.parse("2026-01-31T12:00:00Z"), Instant.parse("2026-01-31T12:00:20Z"));
                });
            }
            rig.awaitBase(Duration.ofSeconds(10));
        }
    }

    @Test
    void aResultSaysOfEverySourceAsOfWhenItsRowsAre() throws Exception {
        try (FaultRig rig = rig(4)) {
            Step.Fetch a = fetch("a", PG, "SELECT 1::bigint AS i", Step.Use.ONCE, column("i", "bigint"));
            Step.Fetch b = fetch("b", MARIA, "SELECT 2 AS i", Step.Use.ONCE, column("i", "bigint"));
            Step.Deliver deliver = new Step.Deliver(
                    "r",
                    "SELECT i FROM a UNION ALL SELECT i FROM b",
                    List.of("a", "b"),
                    List.of(column("i", "bigint")));
            try (RowStream stream = rig.harness.runner.open(PlanFixtures.plan(a, b, deliver), context(TIME))) {
                while (stream.next()) {
                    assertThat(stream.batch().getRowCount()).isPositive();
                }
                assertThat(stream.readings()).extracting(SourceReading::source).containsExactly(MARIA, PG);
            }
            assertThat(rig.shard(CONTROL).idleConnections()).isZero();
        }
    }

    @Test
    void aSourceOfWhichNoRowIsWantedIsNamedLikeTheOthers() throws Exception {
        try (FaultRig rig = rig(4)) {
            Step.Fetch a = fetch("a", PG, "SELECT 1::bigint AS i", Step.Use.ONCE, column("i", "bigint"));
            Step.Fetch b = fetch("b", MARIA, "SELECT 2 AS i", Step.Use.ONCE, column("i", "bigint"));
            Step.Deliver deliver = new Step.Deliver(
                    "r",
                    "SELECT a.i FROM a JOIN b ON a.i = b.i LIMIT 0",
                    List.of("a", "b"),
                    List.of(column("i", "bigint")));
            for (int i = 0; i < 10; i++) {
                try (RowStream stream = rig.harness.runner.open(PlanFixtures.plan(a, b, deliver), context(TIME))) {
                    assertThat(stream.next()).isFalse();
                    assertThat(stream.readings())
                            .extracting(SourceReading::source)
                            .containsExactly(MARIA, PG);
                }
            }
        }
    }

    private FaultRig rig(int concurrency) throws SQLException {
        FaultRig rig = new FaultRig(spill, new SourceLimits(concurrency, Duration.ofSeconds(20), 1_000_000));
        rig.postgres.execute("CREATE TABLE events (i bigint)", "GRANT SELECT ON events TO PUBLIC");
        rig.mariaDb.execute("CREATE TABLE events (i bigint) ENGINE = InnoDB");
        insert(rig, PG);
        insert(rig, MARIA);
        return rig;
    }

    private static void insert(FaultRig rig, String source) throws SQLException {
        TestDatabases.Fresh database = source.equals(MARIA) ? rig.mariaDb : rig.postgres;
        database.execute("INSERT INTO events VALUES (1)");
    }
}
