package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.fetch;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.testkit.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is larger than memory: a long result to somebody who takes their time, and a join that does not fit the engine. */
class SlowReaderIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final SourceLimits SOURCE = new SourceLimits(16, PATIENCE, 20_000_000);
    private static final ViewLimits VIEW = new ViewLimits(PATIENCE, 20_000_000, 50_000);
    private static final long RESULT_ROWS = 10_000_000;
    private static final int SLOW_BATCHES = 40;
    private static final long BATCHES_BYTES_MAX = 32L << 20;
    private static final long JOINED_ROWS = 2_000_000;
    private static final long ENGINE_BYTES = 256L << 20;
    private static final long SPILL_BYTES = 4L << 30;

    private static TestDatabases.Fresh postgres;

    @TempDir
    Path spill;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestDatabases.freshPostgres("large");
    }

    @AfterAll
    static void drop() throws Exception {
        postgres.close();
    }

    private RunHarness harness() {
        return new RunHarness(
                spill,
                postgres.password(),
                RunHarness.source(
                        "pg",
                        SourceKind.POSTGRESQL,
                        SOURCE,
                        RunHarness.connection(postgres.port(), postgres.name(), postgres.user())));
    }

    @Test
    void holdsAFewBatchesHoweverLongTheResultIs() throws Exception {
        ExecutablePlan plan = PlanFixtures.plan(
                VIEW,
                new OnSourceFailure.Fail(),
                new Step.PassThrough(fetch(
                        "f0",
                        "pg",
                        "SELECT i::bigint FROM generate_series(1, " + RESULT_ROWS + ") i",
                        Step.Use.ONCE,
                        column("i", "bigint"))));
        long rows = 0;
        long bytesMost = 0;
        int batches = 0;
        try (RunHarness harness = harness();
                RowStream stream = harness.runner.open(plan, RunHarness.context(PATIENCE))) {
            while (stream.next()) {
                rows += stream.batch().getRowCount();
                bytesMost = Math.max(bytesMost, harness.memory.bytes());
                if (batches++ < SLOW_BATCHES) {
                    Thread.sleep(Duration.ofMillis(20));
                }
            }
        }

        assertThat(rows).isEqualTo(RESULT_ROWS);
        assertThat(bytesMost).isBetween(1L, BATCHES_BYTES_MAX);
    }

    @Test
    void aJoinThatDoesNotFitTheEngineSpillsAndIsRight() throws Exception {
        String rows = " FROM generate_series(1, " + JOINED_ROWS + ") i";
        ExecutablePlan plan = PlanFixtures.plan(
                VIEW,
                new OnSourceFailure.Fail(),
                fetch("f0", "pg", "SELECT i::bigint, repeat(md5(i::text), 5)" + rows, Step.Use.ONCE, ID, TEXT),
                fetch("f1", "pg", "SELECT i::bigint, repeat(md5(i::text), 5)" + rows, Step.Use.ONCE, ID, TEXT),
                new Step.Deliver(
                        "result",
                        "SELECT CAST(SUM(length(f0.t || f1.t)) AS BIGINT) AS n FROM f0 JOIN f1 ON f0.id = f1.id AND f0.t = f1.t",
                        List.of("f0", "f1"),
                        List.of(column("n", "bigint"))));
        DuckDbSettings settings = new DuckDbSettings(spill, ENGINE_BYTES, SPILL_BYTES, 2, 1, 1);
        AtomicLong bytesMost = new AtomicLong();
        long[] sum = new long[1];
        try (RunHarness harness = harness();
                DuckDbEngine engine = new DuckDbEngine(settings);
                Runner runner = new Runner(harness.sources, engine, harness.memory, new Random(1))) {
            AtomicBoolean ended = new AtomicBoolean();
            Thread watch = Thread.ofPlatform().start(() -> {
                while (!ended.get()) {
                    bytesMost.accumulateAndGet(spilled(), Math::max);
                    java.util.concurrent.locks.LockSupport.parkNanos(
                            Duration.ofMillis(20).toNanos());
                }
            });
            try (RowStream stream = runner.open(plan, RunHarness.context(PATIENCE))) {
                while (stream.next()) {
                    sum[0] += ((BigIntVector) stream.batch().getVector(0)).get(0);
                }
            } finally {
                ended.set(true);
                watch.join();
            }
        }

        assertThat(sum[0]).isEqualTo(JOINED_ROWS * 2 * 160);
        assertThat(bytesMost.get()).as("bytes spilled").isPositive();
    }

    private static final io.belvedere.federation.OutputColumn ID = column("id", "bigint");
    private static final io.belvedere.federation.OutputColumn TEXT = column("t", "varchar");

    private long spilled() {
        try (Stream<Path> files = Files.walk(spill)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException gone) {
            // A file went while it was looked at.
            return 0;
        }
    }
}
