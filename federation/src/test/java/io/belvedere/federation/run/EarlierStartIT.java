package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.source.FilesRoot;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.ServerNode;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a killed server left at its sources is ended when it starts again; what others run there is not. */
class EarlierStartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String SERVER = "k3f9a2b1";
    private static final SourceLimits LIMITS = new SourceLimits(4, Duration.ofSeconds(30), 1_000);

    /** A product, and how a statement with a tag runs on it. */
    enum Product {
        POSTGRESQL(SourceKind.POSTGRESQL) {
            @Override
            TestDatabases.Fresh fresh() throws SQLException {
                return TestDatabases.freshPostgres("earlier");
            }

            @Override
            String sleep(String tag) {
                return "SET application_name = '" + tag + "'; SELECT pg_sleep(60)";
            }

            @Override
            String running(String tag) {
                return "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = '" + tag
                        + "'";
            }
        },
        MARIADB(SourceKind.MARIADB) {
            @Override
            TestDatabases.Fresh fresh() throws SQLException {
                return TestDatabases.freshMariaDb("earlier");
            }

            @Override
            String sleep(String tag) {
                return "/* " + tag + " */ SELECT SLEEP(60)";
            }

            @Override
            String running(String tag) {
                return "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '/* " + tag + " */%'";
            }
        };

        final SourceKind kind;

        Product(SourceKind kind) {
            this.kind = kind;
        }

        abstract TestDatabases.Fresh fresh() throws SQLException;

        abstract String sleep(String tag);

        abstract String running(String tag);
    }

    private static String tag(int query, String end) {
        return "belvedere/0198c0de-0000-7000-8000-00000000000" + query + end;
    }

    @ParameterizedTest
    @EnumSource
    void aStartEndsWhatEarlierStartsLeftAndNothingElse(Product product) throws Exception {
        List<String> left = List.of(tag(1, "@" + SERVER + "-1"), tag(2, "@" + SERVER + "-4"));
        List<String> others =
                List.of(tag(3, "@" + SERVER + "-6"), tag(4, "@k3f9a2b2-1"), tag(5, "@other"), "nothing of ours");
        AtomicInteger ended = new AtomicInteger();
        SourceObserver observer = (_, _, event) -> ended.addAndGet(event == Event.ZOMBIE_ENDED ? 1 : 0);
        List<Connection> sessions = new ArrayList<>();
        try (TestDatabases.Fresh database = product.fresh();
                Connection admin = database.openAsAdmin()) {
            for (List<String> tags : List.of(left, others)) {
                for (String tag : tags) {
                    sessions.add(start(database, product.sleep(tag)));
                    FaultRig.await("it runs", PATIENCE, () -> count(admin, product.running(tag)) == 1);
                }
            }
            try (Sources _ = sources(product, database, observer)) {
                for (String tag : left) {
                    FaultRig.await("it was ended", PATIENCE, () -> count(admin, product.running(tag)) == 0);
                }
                FaultRig.await("both were counted", PATIENCE, () -> ended.get() == 2);
                // Longer than the looks that a start takes.
                Thread.sleep(Duration.ofSeconds(4));
            }
            for (String tag : others) {
                assertThat(count(admin, product.running(tag))).as(tag).isOne();
            }
            assertThat(ended).hasValue(2);
        } finally {
            for (Connection session : sessions) {
                session.abort(Runnable::run);
            }
        }
    }

    private static Sources sources(Product product, TestDatabases.Fresh database, SourceObserver observer) {
        return new Sources(
                new Catalog(
                        List.of(RunHarness.source(
                                "left",
                                product.kind,
                                LIMITS,
                                RunHarness.connection(database.port(), database.name(), database.user()))),
                        List.of()),
                Secrets.of(Map.of(RunHarness.PASSWORD, database.password())),
                FilesRoot.NONE,
                observer,
                new ServerNode(SERVER, 5));
    }

    /** A session of the server's own account in which this runs. */
    private static Connection start(TestDatabases.Fresh database, String sql) throws SQLException {
        Connection session = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var _ = Thread.ofVirtual().start(() -> {
            try (Statement statement = session.createStatement()) {
                statement.execute(sql);
            } catch (SQLException ended) {
                // It was ended, which is what the test looks at from the other side.
            }
        });
        return session;
    }

    private static int count(Connection admin, String sql) throws SQLException {
        try (var statement = admin.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
