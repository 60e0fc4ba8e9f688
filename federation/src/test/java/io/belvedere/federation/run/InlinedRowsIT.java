package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.FixedDimensions;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.ExplainText;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Planner.Shortcut;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sales at PostgreSQL and the same at MariaDB, their shops in memory: joined at the source, with the same answer as anywhere else. */
class InlinedRowsIT {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final List<String> SOURCES = List.of("pg", "maria");
    private static final String[] SALES = {
        "id bigint!*",
        "shop_id bigint!",
        "shop_code varchar!",
        "customer_id bigint!",
        "sold date!",
        "total decimal(10,2)!"
    };
    private static final String[] SHOPS = {
        "id bigint!*",
        "code varchar!",
        "city varchar",
        "region varchar!",
        "opened date",
        "rate decimal(6,3)",
        "floors integer!"
    };

    private static final String[] LATER = {"id bigint!*", "link varchar!", "opened date!"};
    private static final String[] VISITS = {"id bigint!*", "link varchar!", "shop_id bigint!", "customer_id bigint!"};

    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    private Path spill;

    private RunHarness harness;
    private Catalog catalog;
    private FixedDimensions store;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestDatabases.freshPostgres("inlined");
        mariaDb = TestDatabases.freshMariaDb("inlined");
        String code =
                "CASE n %% 5 WHEN 0 THEN 'S ' WHEN 1 THEN 's' WHEN 2 THEN 'S\u00e9' WHEN 3 THEN '''S\\' ELSE 'S' END";
        postgres.execute(
                "CREATE TABLE shops (id BIGINT PRIMARY KEY, code TEXT NOT NULL, city TEXT, region TEXT NOT NULL, opened DATE,"
                        + " rate NUMERIC(6,3), floors INTEGER NOT NULL)",
                "INSERT INTO shops SELECT n, n || " + code.replace("%%", "%")
                        + ", CASE WHEN n % 7 = 0 THEN NULL WHEN n % 7 = 1"
                        + " THEN 'M\u00fcnchen \uD83C\uDF7A' WHEN n % 7 = 2 THEN 'Rome' WHEN n % 7 = 3 THEN 'rome' WHEN n % 7 = 4"
                        + " THEN 'Rome ' ELSE 'O''\"Hara\\{},NULL' END, CASE n % 3 WHEN 0 THEN 'EU' ELSE 'US' END,"
                        + " CASE WHEN n % 11 = 0 THEN NULL ELSE DATE '2020-01-01' + n % 40 END, CASE WHEN n % 13 = 0 THEN NULL"
                        + " ELSE n / 7.0 END, n % 4 FROM generate_series(1, 300) AS n",
                "CREATE TABLE sales (id BIGINT PRIMARY KEY, shop_id BIGINT NOT NULL, shop_code TEXT NOT NULL,"
                        + " customer_id BIGINT NOT NULL, sold DATE NOT NULL, total NUMERIC(10,2) NOT NULL)",
                "INSERT INTO sales SELECT s, n, n || " + code.replace("%%", "%")
                        + ", s % 97, DATE '2020-01-01' + s % 40, s / 100.0"
                        + " FROM (SELECT s, (s * 7 % 320)::INTEGER AS n FROM generate_series(1, 4000) AS s) AS x");
        postgres.execute(
                "CREATE TABLE later (id BIGINT PRIMARY KEY, link TEXT NOT NULL, opened DATE NOT NULL)",
                "INSERT INTO later SELECT n, CAST(CAST(md5(CAST(n AS TEXT)) AS UUID) AS TEXT), CASE n WHEN 5 THEN DATE '20000-01-01'"
                        + " ELSE DATE '2020-01-01' END FROM generate_series(1, 30) AS n",
                "CREATE TABLE visits (id BIGINT PRIMARY KEY, link UUID NOT NULL, shop_id BIGINT NOT NULL, customer_id BIGINT NOT NULL)",
                "INSERT INTO visits SELECT n, CAST(md5(CAST(n % 60 AS TEXT)) AS UUID), n % 60, n % 300 FROM generate_series(1, 900) AS n");
        mariaDb.execute(
                "CREATE TABLE sales (id BIGINT PRIMARY KEY, shop_id BIGINT NOT NULL, shop_code VARCHAR(40) CHARACTER SET latin1"
                        + " NOT NULL, customer_id BIGINT NOT NULL, sold DATE NOT NULL, total DECIMAL(10,2) NOT NULL)",
                "INSERT INTO sales SELECT seq, seq * 7 % 320, CONCAT(seq * 7 % 320, CASE seq * 7 % 320 % 5 WHEN 0 THEN 'S ' WHEN 1"
                        + " THEN 's' WHEN 2 THEN 'S\u00e9' WHEN 3 THEN '''S\\\\' ELSE 'S' END), seq % 97,"
                        + " DATE '2020-01-01' + INTERVAL seq % 40 DAY, seq / 100 FROM seq_1_to_4000");
    }

    @AfterAll
    static void drop() throws Exception {
        postgres.close();
        mariaDb.close();
    }

    @BeforeEach
    void open() {
        SourceDefinition pg = source(
                "pg",
                SourceKind.POSTGRESQL,
                postgres,
                RunHarness.PASSWORD,
                FederationFixture.table("pg", "sales", SALES),
                FederationFixture.table("pg", "shops", SHOPS),
                FederationFixture.table("pg", "later", LATER),
                FederationFixture.table("pg", "visits", VISITS));
        SourceDefinition maria = source(
                "maria",
                SourceKind.MARIADB,
                mariaDb,
                RunHarness.MARIADB_PASSWORD,
                FederationFixture.table("maria", "sales", SALES));
        harness = new RunHarness(
                spill,
                Map.of(RunHarness.PASSWORD, postgres.password(), RunHarness.MARIADB_PASSWORD, mariaDb.password()),
                pg,
                maria);
        DimensionDefinition shops =
                FederationFixture.dimension("geo.shops", pg.tables().get(1));
        DimensionDefinition later =
                FederationFixture.dimension("geo.later", pg.tables().get(2));
        catalog = new Catalog(List.of(pg, maria), views(), List.of(shops, later));
        store = new FixedDimensions(harness.memory.open("dimensions"));
        harness.keep(store, shops, "shops");
        harness.keep(store, later, "later");
    }

    private static List<ViewDefinition> views() {
        List<ViewDefinition> views = new ArrayList<>();
        views.add(FederationFixture.fresh(
                FederationFixture.view(
                        "t.shops@1.0.0", "SELECT id, code, city, region, opened, rate, floors FROM geo.shops", SHOPS),
                BOUND));
        views.add(FederationFixture.fresh(
                FederationFixture.view("t.later@1.0.0", "SELECT id, link, opened FROM geo.later", LATER), BOUND));
        views.add(FederationFixture.fresh(
                FederationFixture.view(
                        "t.visits@1.0.0", "SELECT id, link, shop_id, customer_id FROM pg.visits", VISITS),
                BOUND));
        for (String source : SOURCES) {
            views.add(FederationFixture.fresh(
                    FederationFixture.view(
                            "t." + source + "@1.0.0",
                            "SELECT id, shop_id, shop_code, customer_id, sold, total FROM " + source + ".sales",
                            SALES),
                    BOUND));
            views.add(FederationFixture.fresh(
                    FederationFixture.view(
                            "t." + source + "_star@1.0.0",
                            "SELECT s.id, s.customer_id, s.total, k.city, k.region, k.floors FROM " + source
                                    + ".sales s JOIN geo.shops k ON k.id = s.shop_id",
                            "id bigint!*",
                            "customer_id bigint!",
                            "total decimal(10,2)!",
                            "city varchar",
                            "region varchar!",
                            "floors integer!"),
                    BOUND));
        }
        return views;
    }

    /** A large table, so that what moves is worth sparing. */
    private static Optional<TableStatistics> known(TableName table) {
        return Optional.of(new TableStatistics(
                List.of("sales", "visits").contains(table.table()) ? 90_000 : 300,
                Map.of(
                        new ColumnName("id"), distinct(90_000),
                        new ColumnName("shop_id"), distinct(320),
                        new ColumnName("shop_code"), distinct(320),
                        new ColumnName("customer_id"), distinct(60_000),
                        new ColumnName("sold"), distinct(40)),
                Map.of(new ColumnName("shop_code"), new TextColumn("latin1", "latin1_swedish_ci"))));
    }

    private static ColumnStatistics distinct(double values) {
        return new ColumnStatistics(values, 0, List.of(), List.of());
    }

    private static SourceDefinition source(
            String name, SourceKind kind, TestDatabases.Fresh at, String password, SourceTable... tables) {
        return RunHarness.source(
                name,
                kind,
                SourceLimits.DEFAULT,
                List.of(tables),
                RunHarness.connection(at.port(), at.name(), at.user(), password));
    }

    @AfterEach
    void close() {
        store.close();
        harness.close();
    }

    private record Told(
            List<List<Object>> rows, List<Timeline.FetchFacts> fetches, ExecutablePlan plan, String explained) {
        boolean isInlined() {
            return plan.otherwise().isPresent();
        }

        Timeline.FetchFacts at(String source) {
            return fetches.stream()
                    .filter(fetch -> fetch.source().equals(source))
                    .toList()
                    .getLast();
        }
    }

    private Told ask(String sql, Shortcut... without) {
        return ask(
                sql,
                PolicyFixtures.everything(
                                FederationFixture.resolve(catalog, sql).views())
                        .allow(Allow.Detail.FULL),
                without);
    }

    private Told ask(String sql, Allow allow, Shortcut... without) {
        Set<Shortcut> shortcuts = EnumSet.allOf(Shortcut.class);
        shortcuts.removeAll(List.of(without));
        Statistics statistics = InlinedRowsIT::known;
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        RunContext context = RunHarness.context(Duration.ofSeconds(30));
        try (AtHand atHand = AtHand.take(query.dimensions(), store, context.deadline(), Clock.systemUTC())) {
            ExecutablePlan plan = new Planner(statistics, shortcuts)
                    .plan(new Weaver(FederationFixture.HASH_KEYS).weave(query, allow, atHand), catalog);
            List<List<Object>> rows = new ArrayList<>();
            try (RowStream stream = harness.runner.open(plan, allow, context.with(atHand))) {
                while (stream.next()) {
                    RunHarness.addRows(stream.batch(), rows);
                }
            }
            List<Timeline.FetchFacts> fetches = context.timeline().entries().stream()
                    .flatMap(entry -> entry.fetch().stream())
                    .toList();
            return new Told(rows, fetches, plan, ExplainText.render(Explained.of(plan, Allow.Detail.FULL, atHand)));
        }
    }

    static Stream<String> questions() {
        return SOURCES.stream()
                .flatMap(source -> Stream.of(
                                "SELECT k.city, COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s JOIN t.shops k ON k.id = s.shop_id GROUP BY k.city",
                                "SELECT k.city, k.opened, k.rate, MIN(s.total) AS m, COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s"
                                        + " JOIN t.shops k ON k.id = s.shop_id WHERE k.region = 'EU' GROUP BY k.city, k.opened, k.rate",
                                "SELECT k.region, COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s JOIN t.shops k ON k.id = s.shop_id"
                                        + " AND k.opened = s.sold WHERE k.floors > 1 GROUP BY k.region",
                                "SELECT k.code, k.city, COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s LEFT JOIN t.shops k ON k.id = s.shop_id"
                                        + " AND k.city = 'Rome' GROUP BY k.code, k.city",
                                "SELECT COUNT(DISTINCT s.customer_id) AS n, SUM(s.total * k.rate) AS r FROM t.SRC s JOIN t.shops k ON k.id = s.shop_id"
                                        + " WHERE k.city LIKE 'M%'",
                                "SELECT COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s JOIN t.shops k ON k.id = s.shop_id WHERE k.city = 'nowhere'",
                                "SELECT floors, city, COUNT(DISTINCT customer_id) AS n, SUM(total) AS s FROM t.SRC_star GROUP BY floors, city",
                                "SELECT s.customer_id, k.city FROM t.SRC s JOIN t.shops k ON k.id = s.shop_id WHERE k.id < 40"
                                        + " ORDER BY k.city DESC, s.total DESC, s.id LIMIT 25",
                                "SELECT k.city, COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s JOIN t.shops k ON k.code = s.shop_code GROUP BY k.city",
                                "SELECT k.region, MIN(k.city) AS c, COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s JOIN t.shops k"
                                        + " ON k.code = s.shop_code AND k.id = s.shop_id GROUP BY k.region",
                                "SELECT COUNT(DISTINCT s.customer_id) AS n FROM t.SRC s WHERE NOT EXISTS (SELECT 1 FROM t.shops k WHERE k.id = s.shop_id)")
                        .map(sql -> sql.replace("SRC", source)));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aJoinAtTheSourceGivesWhatAJoinHereGives(String sql) {
        Told inlined = ask(sql);
        Told here = ask(sql, Shortcut.INLINE_ROWS);
        assertThat(here.isInlined()).isFalse();
        assertThat(inlined.isInlined()).isTrue();
        assertThat(inlined.rows()).containsExactlyInAnyOrderElementsOf(here.rows());
        assertThat(inlined.explained()).contains("(<rows of ", " at cache geo.shops as of ");
        String asked = sql.contains("maria") ? "maria" : "pg";
        assertThat(inlined.at(asked).rows()).isEqualTo(inlined.rows().size());
    }

    @Test
    void whatPolicyHidesIsNotSent() {
        String sql = "SELECT region, COUNT(DISTINCT customer_id) AS n FROM t.pg_star GROUP BY region";
        var eu = PolicyFixtures.everything(
                        FederationFixture.resolve(catalog, sql).views())
                .rowsWhere("region", "EU");
        Told governed = ask(sql, eu.allow(Allow.Detail.FULL));
        assertThat(governed.isInlined()).isTrue();
        assertThat(governed.rows()).containsExactly(List.of("EU", 97L));
        assertThat(governed.at("cache").rows()).isEqualTo(100);

        String cities = "SELECT city, COUNT(DISTINCT customer_id) AS n FROM t.pg_star GROUP BY city";
        Told masked = ask(cities, eu.mask("city", new Mask.KeepFirst(1)).allow(Allow.Detail.FULL));
        assertThat(masked.isInlined()).isFalse();
        assertThat(masked.rows())
                .hasSizeGreaterThan(1)
                .allSatisfy(row -> assertThat(String.valueOf(row.getFirst())).containsAnyOf("*", "null"));
    }

    @Test
    void rowsThatNoStatementHoldsAreJoinedHere() {
        String sql =
                "SELECT k.opened, COUNT(DISTINCT v.customer_id) AS n FROM t.visits v JOIN t.later k ON k.id = v.shop_id GROUP BY k.opened";
        Told told = ask(sql);
        assertThat(told.isInlined()).isTrue();
        assertThat(told.rows())
                .hasSize(2)
                .containsExactlyInAnyOrderElementsOf(
                        ask(sql, Shortcut.INLINE_ROWS).rows());
        assertThat(told.at("pg").rows()).isGreaterThan(2);
    }

    @Test
    void aColumnThatTheSourceComparesInAnotherWayIsJoinedHere() {
        String sql =
                "SELECT k.id, COUNT(DISTINCT v.customer_id) AS n FROM t.visits v LEFT JOIN t.later k ON k.link = v.link GROUP BY k.id";
        Told told = ask(sql);
        assertThat(told.isInlined()).isTrue();
        assertThat(told.rows())
                .hasSize(31)
                .containsExactlyInAnyOrderElementsOf(
                        ask(sql, Shortcut.INLINE_ROWS).rows());
    }
}
