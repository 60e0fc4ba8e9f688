package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.connection;
import static io.belvedere.federation.run.RunHarness.fetch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.EmbeddedDatabase;
import io.belvedere.testkit.EmbeddedMariaDb;
import io.belvedere.testkit.EmbeddedPostgres;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is a replica is read while it is as current as its definition asks, and not when it lags or does not say. */
class ReplicaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BOUND = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private static SourceDefinition source(SourceKind kind, int port, String database, Optional<Duration> lagMax) {
        return RunHarness.source(
                "replica",
                kind,
                new SourceLimits(4, Duration.ofSeconds(30), 1_000, 1, lagMax),
                connection(port, database, EmbeddedDatabase.READER));
    }

    private static ExecutablePlan read() {
        return PlanFixtures.plan(new Step.PassThrough(
                fetch("f", "replica", "SELECT id FROM things ORDER BY id", Step.Use.ONCE, column("id", "bigint"))));
    }

    private static void assertTooFarBehind(RunHarness harness) {
        assertThatThrownBy(() -> harness.run(read())).isInstanceOfSatisfying(BelvedereException.class, refused -> {
            assertThat(refused.code()).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
            assertThat(refused.detail()).contains("too far behind");
        });
    }

    @Test
    void aStandbyIsReadWhileItIsCurrentAndNotWhenItLags() throws Exception {
        Path data = folder.resolve("original");
        try (EmbeddedPostgres original = EmbeddedPostgres.startOriginal(data)) {
            original.createDatabase("shop");
            execute(original, "CREATE TABLE things (id bigint PRIMARY KEY)", "INSERT INTO things VALUES (1)");
            original.stop();
            try (EmbeddedPostgres prompt = EmbeddedPostgres.startStandby(data, original.port(), Duration.ZERO);
                    EmbeddedPostgres late =
                            EmbeddedPostgres.startStandby(data, original.port(), Duration.ofMinutes(10))) {
                original.restart();
                execute(original, "INSERT INTO things VALUES (2)");
                try (RunHarness harness = harness(original, Optional.of(BOUND))) {
                    assertThat(harness.run(read()).rows()).containsExactly(List.of(1L), List.of(2L));
                }
                try (RunHarness harness = harness(prompt, Optional.of(BOUND))) {
                    FaultRig.await("the prompt one has both rows", PATIENCE, () -> rows(harness) == 2);
                    // Nothing happens at the original for longer than the bound: being idle is not lagging.
                    Thread.sleep(BOUND.plusSeconds(1));
                    assertThat(rows(harness)).isEqualTo(2);
                }
                try (RunHarness harness = harness(late, Optional.empty())) {
                    assertThat(rows(harness))
                            .as("without a bound it is read as it is")
                            .isOne();
                }
                try (RunHarness harness = harness(late, Optional.of(BOUND))) {
                    assertTooFarBehind(harness);
                }
                original.stop();
                try (RunHarness harness = harness(prompt, Optional.of(BOUND))) {
                    FaultRig.await("a standby without its original is old soon", PATIENCE, () -> rows(harness) < 0);
                    assertTooFarBehind(harness);
                }
            }
        }
    }

    private RunHarness harness(EmbeddedPostgres server, Optional<Duration> lagMax) {
        return new RunHarness(
                folder.resolve("spill"),
                server.password(),
                source(SourceKind.POSTGRESQL, server.port(), "shop", lagMax));
    }

    /** How many rows are read; -1 when the source is refused. */
    private static int rows(RunHarness harness) {
        try {
            RunHarness.Answer answer = harness.run(read());
            return answer.rows().size();
        } catch (BelvedereException refused) {
            return -1;
        }
    }

    private static void execute(EmbeddedDatabase server, String... statements) throws SQLException {
        try (Connection admin = server.openAsAdmin("shop");
                Statement statement = admin.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aReplicaOfMariaDbIsReadWhileItIsCurrentAndNotWhenItLags() throws Exception {
        try (EmbeddedMariaDb original = EmbeddedMariaDb.startOriginal();
                EmbeddedMariaDb replica = EmbeddedMariaDb.startReplica()) {
            original.createDatabase("shop");
            execute(
                    original,
                    "GRANT SLAVE MONITOR ON *.* TO '" + EmbeddedDatabase.READER + "'@'" + EmbeddedDatabase.HOST + "'",
                    "CREATE TABLE things (id BIGINT PRIMARY KEY)",
                    "INSERT INTO things VALUES (1)");
            replica.follow(original);
            try (RunHarness bounded = harness(replica, Optional.of(Duration.ofSeconds(2)));
                    RunHarness any = harness(replica, Optional.empty())) {
                FaultRig.await("the replica has the first row", PATIENCE, () -> rows(bounded) == 1);
                try (Connection admin = replica.openAsAdmin("shop");
                        Statement statement = admin.createStatement()) {
                    statement.execute("FLUSH TABLES WITH READ LOCK");
                    execute(original, "INSERT INTO things VALUES (2)");
                    FaultRig.await("it lags behind", PATIENCE, () -> rows(bounded) < 0);
                    assertTooFarBehind(bounded);
                    assertThat(rows(any))
                            .as("without a bound it is read as it is")
                            .isOne();
                    statement.execute("UNLOCK TABLES");
                }
                FaultRig.await("it has caught up", PATIENCE, () -> rows(bounded) == 2);
                original.stop();
                FaultRig.await("a replica that hears nothing is old", PATIENCE, () -> rows(bounded) < 0);
                assertTooFarBehind(bounded);
                assertThat(rows(any)).isEqualTo(2);
            }
        }
    }

    private RunHarness harness(EmbeddedMariaDb server, Optional<Duration> lagMax) {
        return new RunHarness(
                folder.resolve("spill"), server.password(), source(SourceKind.MARIADB, server.port(), "shop", lagMax));
    }

    @Test
    void mariaDbThatMayNotSayHowFarBehindItIsIsNotRead() throws Exception {
        try (TestDatabases.Fresh database = TestDatabases.freshMariaDb("replica")) {
            database.execute("CREATE TABLE things (id BIGINT PRIMARY KEY)", "INSERT INTO things VALUES (1)");
            SourceDefinition bounded = source(SourceKind.MARIADB, database.port(), database.name(), Optional.of(BOUND));
            try (RunHarness harness = new RunHarness(folder.resolve("spill"), database.password(), bounded)) {
                assertTooFarBehind(harness);
            }
            String account = account(database);
            database.execute("GRANT SLAVE MONITOR ON *.* TO " + account);
            try (RunHarness harness = new RunHarness(folder.resolve("spill"), database.password(), bounded)) {
                assertThat(rows(harness)).as("an original lags behind nothing").isOne();
            } finally {
                database.execute("REVOKE SLAVE MONITOR ON *.* FROM " + account);
            }
        }
    }

    private static String account(TestDatabases.Fresh database) throws SQLException {
        try (Connection reader = database.openAsReader();
                Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery("SELECT CURRENT_USER()")) {
            row.next();
            return "'" + row.getString(1).replace("@", "'@'") + "'";
        }
    }
}
