package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Planner.Shortcut;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two worlds that differ in values which their columns' definitions do not allow, in rows that policy hides. Every query says the same in both,
 * errors included, wherever policy is tested; and where the caller sees such a row, the query ends.
 */
class UnfitValuesIT {
    /** What the hidden rows hold. */
    private enum World {
        FIT("'2020-01-01', 10, '2020-01-01', 7", "'2020-01-01', 1, 5, 7, '10:00:00'"),
        UNFIT("'infinity', 'NaN', '-infinity', 'NaN'", "'0000-00-00', 9, NULL, 18446744073709551615, '-10:00:00'");

        private final String born;
        private final String placed;

        /**
         * @param born what follows id and region of a person
         * @param placed what follows id, person and region of an order
         */
        World(String born, String placed) {
            this.born = born;
            this.placed = placed;
        }
    }

    private static final int ROWS = 3_000;

    private static final List<String> QUERIES = List.of(
            "SELECT * FROM v.people ORDER BY id",
            "SELECT id, born FROM v.people",
            "SELECT COUNT(*) AS n, SUM(salary) AS s, MAX(seen_at) AS last, MIN(born) AS oldest FROM v.people",
            "SELECT born, SUM(code) AS total FROM v.people GROUP BY born ORDER BY born",
            "SELECT id FROM v.people WHERE CAST(salary AS INTEGER) > 1 ORDER BY id",
            "SELECT id, seen_at FROM v.people ORDER BY seen_at DESC, id LIMIT 3",
            "SELECT id, SUM(salary) OVER (ORDER BY id) AS s FROM v.people ORDER BY id DESC LIMIT 5",
            "SELECT * FROM v.orders ORDER BY id",
            "SELECT placed, COUNT(*) AS n FROM v.orders WHERE paid GROUP BY placed ORDER BY placed",
            "SELECT DISTINCT opens, units FROM v.orders ORDER BY opens, units",
            "SELECT o.id, p.born, o.placed FROM v.orders o LEFT JOIN v.people p ON p.id = o.person_id ORDER BY 1",
            "SELECT p.id, p.seen_at FROM v.people p WHERE EXISTS (SELECT 1 FROM v.orders o WHERE o.person_id = p.id AND o.serial > 5)",
            "SELECT id, born FROM v.people UNION SELECT id, placed FROM v.orders ORDER BY 1, 2",
            "SELECT a.id, b.born FROM v.people a JOIN v.people b ON a.id = b.id ORDER BY 1",
            "SELECT * FROM v.sold ORDER BY person, order_id",
            "SELECT MAX(placed) AS last, SUM(salary) AS s FROM v.sold",
            "SELECT * FROM v.everybody ORDER BY person, order_id",
            "SELECT region, latest FROM v.regions",
            "SELECT id FROM v.orders WHERE serial > (SELECT AVG(code) FROM v.people) ORDER BY id");

    @TempDir
    static Path spill;

    private static final Map<World, RunHarness> HARNESSES = new EnumMap<>(World.class);
    private static final Map<World, Catalog> CATALOGS = new EnumMap<>(World.class);
    private static final List<TestDatabases.Fresh> DATABASES = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        for (World world : World.values()) {
            TestDatabases.Fresh postgres = TestDatabases.freshPostgres("unfit");
            DATABASES.add(postgres);
            TestDatabases.Fresh mariaDb = TestDatabases.freshMariaDb("unfit");
            DATABASES.add(mariaDb);
            fill(world, postgres, mariaDb);
            SourceDefinition[] sources = {
                RunHarness.source(
                        "pg",
                        SourceKind.POSTGRESQL,
                        SourceLimits.DEFAULT,
                        List.of(people()),
                        RunHarness.connection(postgres.port(), postgres.name(), postgres.user())),
                RunHarness.source(
                        "maria",
                        SourceKind.MARIADB,
                        SourceLimits.DEFAULT,
                        List.of(orders()),
                        RunHarness.connection(
                                mariaDb.port(), mariaDb.name(), mariaDb.user(), RunHarness.MARIADB_PASSWORD))
            };
            CATALOGS.put(world, new Catalog(List.of(sources), views()));
            HARNESSES.put(
                    world,
                    new RunHarness(
                            spill.resolve(world.name()),
                            Map.of(
                                    RunHarness.PASSWORD,
                                    postgres.password(),
                                    RunHarness.MARIADB_PASSWORD,
                                    mariaDb.password()),
                            sources));
        }
    }

    @AfterAll
    static void drop() throws Exception {
        HARNESSES.values().forEach(RunHarness::close);
        for (TestDatabases.Fresh database : DATABASES) {
            database.close();
        }
    }

    /** Every third row is of a region that is hidden, or of none. */
    private static void fill(World world, TestDatabases.Fresh postgres, TestDatabases.Fresh mariaDb) throws Exception {
        String hidden = "CASE WHEN n % 2 = 0 THEN 'US' END";
        postgres.execute(
                "CREATE TABLE people (id bigint, region text, born date, salary numeric, seen_at timestamp, code numeric)",
                "INSERT INTO people SELECT n, 'EU', date '1980-01-01' + n, CASE WHEN n % 5 > 0 THEN n + 0.5 END,"
                        + " timestamp '2024-01-01' + n * interval '1 second', n FROM generate_series(1, " + ROWS
                        + ") n WHERE n % 3 > 0",
                "INSERT INTO people SELECT n, " + hidden + ", " + world.born + " FROM generate_series(1, " + ROWS
                        + ") n WHERE n % 3 = 0",
                "CREATE TABLE sorted AS SELECT * FROM people ORDER BY id",
                "DROP TABLE people",
                "ALTER TABLE sorted RENAME TO people");
        String numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < " + ROWS
                + ") SELECT ";
        mariaDb.execute(
                "SET SESSION sql_mode = '', max_recursive_iterations = 10000",
                "CREATE TABLE orders (id bigint primary key, person_id bigint, region varchar(10), placed date,"
                        + " paid tinyint(1), units int, serial bigint unsigned, opens time)",
                "INSERT INTO orders " + numbers + "n, n, 'EU', DATE('2024-01-01') + INTERVAL n DAY, n % 2,"
                        + " n, CASE WHEN n % 7 > 0 THEN n END, '08:00:00' FROM numbers WHERE n % 3 > 0",
                "INSERT INTO orders " + numbers + "n, n, " + hidden + ", " + world.placed
                        + " FROM numbers WHERE n % 3 = 0");
    }

    private static SourceColumn column(String name, String type, Presence presence) {
        return new SourceColumn(new ColumnName(name), name, DataType.parse(type), presence, KeyPart.NONE, Set.of());
    }

    private static SourceColumn column(String name, String type) {
        return column(name, type, Presence.OPTIONAL);
    }

    private static SourceTable people() {
        return new SourceTable(
                new TableName(new SourceName("pg"), "people"),
                Optional.empty(),
                "people",
                List.of(
                        column("id", "bigint", Presence.REQUIRED),
                        column("region", "varchar"),
                        column("born", "date"),
                        column("salary", "decimal(12,2)"),
                        column("seen_at", "timestamp"),
                        column("code", "integer")));
    }

    private static SourceTable orders() {
        return new SourceTable(
                new TableName(new SourceName("maria"), "orders"),
                Optional.empty(),
                "orders",
                List.of(
                        column("id", "bigint", Presence.REQUIRED),
                        column("person_id", "bigint", Presence.REQUIRED),
                        column("region", "varchar"),
                        column("placed", "date"),
                        column("paid", "boolean"),
                        column("units", "integer", Presence.REQUIRED),
                        column("serial", "bigint"),
                        column("opens", "time")));
    }

    private static List<ViewDefinition> views() {
        String joined = "SELECT p.id AS person, p.region, p.salary, o.id AS order_id, o.placed, o.paid FROM pg.people p"
                + " %s maria.orders o ON o.person_id = p.id AND o.region = p.region";
        String[] contract = {
            "person bigint!", "region varchar", "salary decimal(12,2)", "order_id bigint", "placed date", "paid boolean"
        };
        return List.of(
                FederationFixture.view(
                        "v.people@1.0.0",
                        "SELECT id, region, born, salary, seen_at, code FROM pg.people",
                        "id bigint!",
                        "region varchar",
                        "born date",
                        "salary decimal(12,2)",
                        "seen_at timestamp",
                        "code integer"),
                FederationFixture.view(
                        "v.orders@1.0.0",
                        "SELECT id, person_id, region, placed, paid, units, serial, opens FROM maria.orders",
                        "id bigint!",
                        "person_id bigint!",
                        "region varchar",
                        "placed date",
                        "paid boolean",
                        "units integer!",
                        "serial bigint",
                        "opens time"),
                FederationFixture.view("v.sold@1.0.0", joined.formatted("JOIN"), contract),
                FederationFixture.view("v.everybody@1.0.0", joined.formatted("LEFT JOIN"), contract),
                FederationFixture.view(
                        "v.regions@1.0.0",
                        "SELECT region, MAX(placed) AS latest FROM maria.orders WHERE paid GROUP BY region",
                        "region varchar",
                        "latest date"));
    }

    private static Stream<Arguments> cases() {
        return Stream.of(EnumSet.allOf(Shortcut.class), EnumSet.noneOf(Shortcut.class))
                .flatMap(shortcuts -> QUERIES.stream().map(sql -> Arguments.of(shortcuts, sql)));
    }

    @ParameterizedTest(name = "{1}, with {0}")
    @MethodSource("cases")
    void whatIsHiddenSaysNothingByNotFitting(Set<Shortcut> shortcuts, String sql) {
        Said here = ask(World.FIT, sql, shortcuts, "EU");
        Said there = ask(World.UNFIT, sql, shortcuts, "EU");

        assertThat(there).isEqualTo(here);
        assertThat(here.error()).isEmpty();
        assertThat(here.rows()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, born FROM v.people",
                "SELECT id, salary FROM v.people",
                "SELECT id, seen_at FROM v.people",
                "SELECT id, code FROM v.people",
                "SELECT id, placed FROM v.orders",
                "SELECT id, paid FROM v.orders",
                "SELECT id, units FROM v.orders",
                "SELECT id, serial FROM v.orders",
                "SELECT id, opens FROM v.orders",
                "SELECT person, salary FROM v.sold",
                "SELECT person, placed FROM v.everybody"
            })
    void whoeverSeesTheRowIsToldThatItsValueDoesNotFit(String sql) {
        for (Set<Shortcut> shortcuts : List.of(EnumSet.allOf(Shortcut.class), EnumSet.noneOf(Shortcut.class))) {
            assertThat(ask(World.UNFIT, sql, shortcuts, "US").error()).startsWith("DATA_ERROR");
            assertThat(ask(World.FIT, sql, shortcuts, "US").error()).isEmpty();
        }
    }

    /** @param rows as texts, sorted: no query here asks for an order */
    private record Said(List<String> rows, String error) {}

    private static Said ask(World world, String sql, Set<Shortcut> shortcuts, String region) {
        Catalog catalog = CATALOGS.get(world);
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        PolicyFixtures.Granting granting =
                PolicyFixtures.everything(query.views()).rowsWhere("region", region);
        try {
            ExecutablePlan plan = new Planner(_ -> Optional.empty(), shortcuts)
                    .plan(new Weaver().weave(query, granting.allow()), catalog);
            return new Said(
                    HARNESSES.get(world).run(plan).rows().stream()
                            .map(List::toString)
                            .sorted()
                            .toList(),
                    "");
        } catch (BelvedereException failure) {
            return new Said(List.of(), failure.code().name() + " " + failure.detail());
        }
    }
}
