package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.testkit.TestDatabases;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogStatisticsIT {
    private static final TableName EVENTS = new TableName(new SourceName("s"), "events");

    @Test
    void sumsWhatPostgresKnowsOverItsShards() throws Exception {
        try (var one = TestDatabases.freshPostgres("stats");
                var two = TestDatabases.freshPostgres("stats")) {
            for (TestDatabases.Fresh shard : List.of(one, two)) {
                shard.execute(
                        "CREATE TABLE events AS SELECT i::bigint AS id, CASE WHEN i % 4 = 0 THEN NULL WHEN i % 4 = 1 THEN 'rare'"
                                + " ELSE 'often' END AS kind, DATE '2024-01-01' + i % 100 AS day FROM generate_series(1, 1000) i",
                        "ANALYZE events", "GRANT SELECT ON events TO " + shard.user());
            }
            try (Sources sources = sources(SourceKind.POSTGRESQL, one, two)) {
                TableStatistics found = await(new CatalogStatistics(sources));

                assertThat(found.rows()).isEqualTo(2_000);
                assertThat(column(found, "id").distinct()).isEqualTo(2_000);
                assertThat(column(found, "id").bounds()).hasSizeGreaterThan(10);
                assertThat(column(found, "kind").nullFraction()).isCloseTo(0.25, within(0.01));
                assertThat(column(found, "kind").frequent().getFirst().value()).isEqualTo(new Literal.Text("often"));
                assertThat(column(found, "kind").frequent().getFirst().share()).isCloseTo(0.5, within(0.01));
                assertThat(column(found, "day").distinct()).isEqualTo(100);
                assertThat(column(found, "day").frequent())
                        .extracting(Statistics.Frequent::value)
                        .contains(new Literal.Date(LocalDate.of(2024, 1, 1)));
            }
        }
    }

    @Test
    void countsSeveralColumnsTogetherWherePostgresDoes() throws Exception {
        try (var one = TestDatabases.freshPostgres("stats");
                var two = TestDatabases.freshPostgres("stats")) {
            for (TestDatabases.Fresh shard : List.of(one, two)) {
                shard.execute(
                        "CREATE TABLE events AS SELECT i::bigint AS id, 'kind ' || i % 20 AS kind, DATE '2024-01-01' + i % 40 AS day, i % 7 AS other"
                                + " FROM generate_series(1, 10000) i",
                        "CREATE STATISTICS known (ndistinct) ON day, other, kind FROM events",
                        "CREATE STATISTICS computed (ndistinct) ON kind, (other + 1) FROM events",
                        "ANALYZE events",
                        // PostgreSQL shows what it counts of several columns to who owns the table.
                        "ALTER TABLE events OWNER TO " + shard.user());
            }
            try (Sources sources = sources(SourceKind.POSTGRESQL, one, two)) {
                assertThat(await(new CatalogStatistics(sources)).together())
                        .containsExactly(Map.entry(Set.of(new ColumnName("kind"), new ColumnName("day")), 40.0));
            }
        }
    }

    @Test
    void countsTheColumnsOfAnIndexTogether() throws Exception {
        try (var database = TestDatabases.freshMariaDb("stats")) {
            database.execute(
                    "CREATE TABLE events (id BIGINT PRIMARY KEY, kind VARCHAR(10), day DATE, INDEX (day, kind))",
                    "INSERT INTO events SELECT seq, CONCAT('k', seq % 20), DATE '2024-01-01' + INTERVAL (seq % 40) DAY FROM seq_1_to_10000",
                    "ANALYZE TABLE events");
            try (Sources sources = sources(SourceKind.MARIADB, database)) {
                TableStatistics found = await(new CatalogStatistics(sources));

                assertThat(found.together()).containsOnlyKeys(Set.of(new ColumnName("kind"), new ColumnName("day")));
                assertThat(found.together().values())
                        .allSatisfy(keys -> assertThat(keys).isCloseTo(40, within(30.0)));
            }
        }
    }

    @Test
    void readsRowsAndIndexesOfMariaDb() throws Exception {
        try (var database = TestDatabases.freshMariaDb("stats")) {
            database.execute(
                    "CREATE TABLE events (id BIGINT PRIMARY KEY, kind VARCHAR(10), day DATE, INDEX (kind))",
                    "INSERT INTO events SELECT seq, IF(seq % 2 = 0, 'a', 'b'), '2024-01-01' FROM seq_1_to_1000",
                    "ANALYZE TABLE events");
            try (Sources sources = sources(SourceKind.MARIADB, database)) {
                TableStatistics found = await(new CatalogStatistics(sources));

                assertThat(found.rows()).isCloseTo(1_000, within(100.0));
                assertThat(column(found, "id").distinct()).isCloseTo(1_000, within(100.0));
                assertThat(column(found, "kind").distinct()).isBetween(1.0, 10.0);
            }
        }
    }

    @Test
    void asksMariaDbOfColumnsThatNoIndexLeads() throws Exception {
        try (var database = TestDatabases.freshMariaDb("stats")) {
            database.execute(
                    "CREATE TABLE events (id BIGINT PRIMARY KEY, kind VARCHAR(10), day DATE)",
                    "INSERT INTO events SELECT seq, IF(seq % 4 = 0, NULL, IF(seq % 4 = 1, 'rare', 'often')),"
                            + " DATE '2024-01-01' + INTERVAL (CRC32(seq) % 1000) DAY FROM seq_1_to_50000",
                    "ANALYZE TABLE events");
            try (Sources sources = sources(SourceKind.MARIADB, database)) {
                TableStatistics found = await(new CatalogStatistics(sources));

                assertThat(column(found, "kind").distinct()).isEqualTo(2);
                assertThat(column(found, "kind").nullFraction()).isCloseTo(0.25, within(0.01));
                assertThat(column(found, "kind").frequent().getFirst().value()).isEqualTo(new Literal.Text("often"));
                assertThat(column(found, "kind").frequent().getFirst().share()).isCloseTo(0.5, within(0.01));
                assertThat(column(found, "day").distinct()).isCloseTo(1_000, within(1.0));
                assertThat(column(found, "day").bounds()).hasSizeGreaterThan(10);
            }
        }
    }

    @Test
    void hearsTheServersVersionWithItsFirstTable() throws Exception {
        try (var database = TestDatabases.freshMariaDb("stats")) {
            database.execute("CREATE TABLE events (id BIGINT PRIMARY KEY, kind VARCHAR(10), day DATE)");
            try (Sources sources = sources(SourceKind.MARIADB, database)) {
                CatalogStatistics statistics = new CatalogStatistics(sources);
                assertThat(statistics.version(EVENTS.source())).isEmpty();
                long before = statistics.epoch();

                await(statistics);

                assertThat(statistics.version(EVENTS.source()).orElseThrow().isAtLeast(ServerVersion.parse("11.4")))
                        .isTrue();
                assertThat(statistics.epoch()).isGreaterThan(before);
            }
        }
    }

    @Test
    void knowsTheCollationsOfMariaDb() throws Exception {
        try (var database = TestDatabases.freshMariaDb("stats")) {
            database.execute("CREATE TABLE events (id BIGINT PRIMARY KEY,"
                    + " kind VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci, day DATE)");
            try (Sources sources = sources(SourceKind.MARIADB, database)) {
                assertThat(await(new CatalogStatistics(sources)).texts())
                        .containsExactly(
                                Map.entry(new ColumnName("kind"), new TextColumn("latin1", "latin1_swedish_ci")));
            }
        }
    }

    @Test
    void knowsNothingOfATableThatIsNotThere() throws Exception {
        try (var database = TestDatabases.freshPostgres("stats");
                Sources sources = sources(SourceKind.POSTGRESQL, database)) {
            CatalogStatistics statistics = new CatalogStatistics(sources);
            assertThat(statistics.find(EVENTS)).isEmpty();
            assertThat(statistics.find(new TableName(new SourceName("other"), "events")))
                    .isEmpty();
        }
    }

    /** The first answer may take longer than a caller waits; it is there soon after. */
    private static TableStatistics await(CatalogStatistics statistics) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Optional<TableStatistics> found = statistics.find(EVENTS);
        while (found.isEmpty() && System.nanoTime() < until) {
            Thread.sleep(Duration.ofMillis(50));
            found = statistics.find(EVENTS);
        }
        return found.orElseThrow();
    }

    private static ColumnStatistics column(TableStatistics statistics, String name) {
        return Optional.ofNullable(statistics.columns().get(new ColumnName(name)))
                .orElseThrow();
    }

    private static Sources sources(SourceKind kind, TestDatabases.Fresh... databases) {
        List<Shard> shards = new ArrayList<>();
        for (TestDatabases.Fresh database : databases) {
            shards.add(new Shard(
                    "shard_" + shards.size(),
                    new Connection(
                            database.host(),
                            database.port(),
                            database.name(),
                            database.user(),
                            new SecretReference.Environment("PASSWORD"),
                            Connection.TlsMode.DISABLED)));
        }
        SourceTable table = new SourceTable(
                EVENTS,
                Optional.empty(),
                "events",
                List.of(
                        column("id", DataType.Simple.BIGINT),
                        column("kind", DataType.Simple.VARCHAR),
                        column("day", DataType.Simple.DATE)));
        Optional<Split> split =
                shards.size() > 1 ? Optional.of(new Split(Map.of(), new Split.Opaque())) : Optional.empty();
        SourceDefinition definition = new SourceDefinition(
                EVENTS.source(), kind, "", shards, split, List.of(table), SourceLimits.DEFAULT, "hash");
        return new Sources(
                new Catalog(List.of(definition), List.of()), Secrets.of(Map.of("PASSWORD", databases[0].password())));
    }

    private static SourceColumn column(String name, DataType type) {
        return new SourceColumn(new ColumnName(name), name, type, Presence.OPTIONAL, KeyPart.NONE, Set.of());
    }
}
