package io.belvedere.federation.run;

import static io.belvedere.federation.run.FaultRig.CONTROL;
import static io.belvedere.federation.run.FaultRig.MARIA;
import static io.belvedere.federation.run.FaultRig.PG;
import static io.belvedere.federation.run.FaultRig.await;
import static io.belvedere.federation.run.FaultRig.only;
import static io.belvedere.federation.run.FaultRig.rows;
import static io.belvedere.federation.run.FaultRig.sleeping;
import static io.belvedere.federation.run.FaultRig.slow;
import static io.belvedere.federation.run.RunHarness.context;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.EmbeddedMariaDb;
import io.belvedere.testkit.Storage;
import io.belvedere.testkit.fault.Fault;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that took a statement and fell silent: the ladder of a cancel, and what outlives it. */
class SilentSourceIT {
    private static final SourceLimits LIMITS = new SourceLimits(4, Duration.ofSeconds(30), 100_000_000);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration ANSWER_MAX = DEADLINE.plusSeconds(1);

    @TempDir
    Path spill;

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void aStatementWhoseAnswerIsSwallowedEndsAtTheDeadlineAndAtTheSource(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.proxy(source).inject(new Fault.AfterText("slow_marker", Fault.End.BLACK_HOLE));
            RunContext context = context(DEADLINE);
            assertTimesOut(rig, source, context);
            rig.awaitGone(source, context, Duration.ofSeconds(10));
            await(
                    "its place is free again",
                    Duration.ofSeconds(8),
                    () -> rig.shard(source).lentConnections() == 0);
            await("it is counted", Duration.ofSeconds(60), () -> rig.count(Event.ZOMBIE_SUSPECTED) == 1);
            assertThat(only(context).attempts()).isEqualTo(1);
            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    private static void assertTimesOut(FaultRig rig, String source, RunContext context) {
        long begin = System.nanoTime();
        assertThat(rig.failure(slow(source), context)).isEqualTo(FederationError.TIMED_OUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ANSWER_MAX);
    }

    /** A server that waits for its client to read hears no cancel, only the end of its session. */
    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void aSessionStuckInItsRowsIsEndedBySomebodyElse(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.proxy(source).inject(new Fault.AfterBytes(300_000, Fault.End.BLACK_HOLE));
            RunContext context = context(DEADLINE);
            long begin = System.nanoTime();
            assertThat(rig.failure(rows(source, 10_000_000), context)).isEqualTo(FederationError.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ANSWER_MAX);
            rig.awaitGone(source, context, Duration.ofSeconds(10));
            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void whenNoCancelGetsThroughTheSocketIsClosedAndTheOrphanEndedOnceTheLinkHeals(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            Duration deadline = Duration.ofSeconds(6);
            RunContext context = context(deadline);
            try (RowStream stream = rig.harness.runner.open(rows(source, 10_000_000), context)) {
                assertThat(stream.next()).isTrue();
                rig.proxy(source).inject(new Fault.BlackHole());
                await("the server waits for its client", Duration.ofSeconds(4), () -> rig.stuck(source, context));
                assertThat(endOf(stream)).isEqualTo(FederationError.TIMED_OUT);
            }
            assertThat(context.timeline().elapsed()).isLessThan(deadline.plusSeconds(1));
            assertThat(only(context).status()).isEqualTo("cancelled");

            await(
                    "its socket is closed",
                    Duration.ofSeconds(9),
                    () -> rig.shard(source).lentConnections() == 0);
            await("it is counted", Duration.ofSeconds(60), () -> rig.count(Event.ZOMBIE_SUSPECTED) == 1);
            assertThat(rig.harness.run(rows(CONTROL, 3)).rows()).hasSize(3);

            rig.proxy(source).injectNew(new Fault.None());
            rig.awaitGone(source, context, Duration.ofSeconds(12));
            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    static FederationError endOf(RowStream stream) {
        try {
            while (stream.next()) {
                assertThat(stream.batch().getRowCount()).isPositive();
            }
            throw new AssertionError("the stream was expected to fail");
        } catch (io.belvedere.model.error.BelvedereException failure) {
            return (FederationError) failure.code();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void aCancelThatIsRefusedHoldsNobodyUp(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.harness.run(rows(source, 3));
            RunContext context = context(DEADLINE);
            CompletableFuture<Void> refusal = CompletableFuture.runAsync(
                    () -> rig.proxy(source).refuse(), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
            assertTimesOut(rig, source, context);
            refusal.join();
            rig.awaitGone(source, context, Duration.ofSeconds(10));
            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    /** Behind a balancer a connection number names a session here and somebody else's there. */
    @Test
    void aSessionOfTheSameNumberOnAnotherServerSurvives() throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS);
                EmbeddedMariaDb other = EmbeddedMariaDb.start(Storage.temporary())) {
            rig.harness.run(rows(MARIA, 3));
            long session = sessionOfTheIdleConnection(rig);
            try (Connection foreign = sessionWithNumber(other, session);
                    Statement statement = foreign.createStatement()) {
                CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> sleep(statement));
                rig.mariaDbProxy.forwardNewTo(other.port());
                RunContext context = context(Duration.ofSeconds(1));
                assertThat(rig.failure(slow(MARIA), context)).isEqualTo(FederationError.TIMED_OUT);
                assertThat(answer.get(60, TimeUnit.SECONDS))
                        .as("0 is a sleep that nobody interrupted")
                        .isZero();
                assertThat(foreign.isValid(1)).isTrue();
            }
            rig.mariaDbProxy.forwardNewTo(rig.mariaDb.port());
            rig.awaitBase(Duration.ofSeconds(15));
        }
    }

    private static long sessionOfTheIdleConnection(FaultRig rig) throws Exception {
        try (Connection admin = rig.mariaDb.openAsAdmin();
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT MAX(id) FROM information_schema.processlist WHERE db = '"
                        + rig.mariaDb.name() + "' AND user = '" + rig.mariaDb.user() + "'")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    private static Connection sessionWithNumber(EmbeddedMariaDb server, long number) throws Exception {
        while (true) {
            Connection connection = server.openAsAdmin("mysql");
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                assertThat(row.next()).isTrue();
                if (row.getLong(1) == number) {
                    return connection;
                }
                assertThat(row.getLong(1)).isLessThan(number);
            }
            connection.close();
        }
    }

    private static int sleep(Statement statement) {
        try (ResultSet row = statement.executeQuery("SELECT SLEEP(9)")) {
            row.next();
            return row.getInt(1);
        } catch (java.sql.SQLException killed) {
            return -1;
        }
    }

    @Test
    void aCancelReachesASourceWhosePlacesAreAllTaken() throws Exception {
        SourceLimits two = new SourceLimits(2, Duration.ofSeconds(30), 10_000_000);
        try (FaultRig rig = new FaultRig(spill, two)) {
            for (String source : new String[] {PG, MARIA}) {
                RunContext first = context(Duration.ofSeconds(60));
                RunContext second = context(Duration.ofSeconds(60));
                RunContext third = context(Duration.ofSeconds(60));
                try (RowStream one = rig.harness.runner.open(sleeping(source, 60_000), first);
                        RowStream other = rig.harness.runner.open(sleeping(source, 60_000), second)) {
                    await(
                            "both run",
                            Duration.ofSeconds(5),
                            () -> rig.running(source, first) == 1 && rig.running(source, second) == 1);
                    long begin = System.nanoTime();
                    assertThat(rig.failure(rows(source, 3), third)).isEqualTo(FederationError.OVERLOADED);
                    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
                    one.cancel();
                    other.cancel();
                    rig.awaitGone(source, first, Duration.ofSeconds(2));
                    rig.awaitGone(source, second, Duration.ofSeconds(2));
                }
            }
            assertThat(rig.count(Event.ZOMBIE_SUSPECTED)).isZero();
            rig.awaitBase(Duration.ofSeconds(10));
        }
    }
}
