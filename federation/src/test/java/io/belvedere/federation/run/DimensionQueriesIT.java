package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.FixedDimensions;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.ExplainText;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders at one source, their countries in memory: what is asked of whom, as of when, and what becomes of it past the bound. */
class DimensionQueriesIT {
    private static final Duration BOUND = Duration.ofMinutes(2);

    private static final ViewDefinition ORDERS = FederationFixture.fresh(
            FederationFixture.view(
                    "t.orders@1.0.0",
                    "SELECT o.id, o.total, o.country_code, k.name AS country, k.region"
                            + " FROM maria.orders o JOIN geo.countries k ON k.code = o.country_code",
                    "id bigint!*",
                    "total bigint!",
                    "country_code varchar!",
                    "country varchar!",
                    "region varchar!"),
            BOUND);
    private static final ViewDefinition COUNTRIES = FederationFixture.fresh(
            FederationFixture.view(
                    "t.countries@1.0.0",
                    "SELECT code, name, region FROM geo.countries",
                    "code varchar!*",
                    "name varchar!",
                    "region varchar!"),
            BOUND);
    private static final ViewDefinition REGIONS = FederationFixture.fresh(
            FederationFixture.view(
                    "t.regions@1.0.0", "SELECT region, n FROM geo.regions", "region varchar!*", "n bigint!"),
            BOUND);
    private static final ViewDefinition LIVE = FederationFixture.view(
            "t.live@1.0.0", "SELECT code, name FROM pg.countries", "code varchar!*", "name varchar!");
    private static final ViewDefinition FRESH = FederationFixture.fresh(
            FederationFixture.view(
                    "t.fresh@1.0.0", "SELECT code, name FROM pg.countries", "code varchar!*", "name varchar!"),
            BOUND);

    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    private Path spill;

    private RunHarness harness;
    private Catalog catalog;
    private FixedDimensions store;
    private Plans plans;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestDatabases.freshPostgres("dims");
        mariaDb = TestDatabases.freshMariaDb("dims");
        postgres.execute(
                "CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL)",
                "INSERT INTO countries SELECT 'C' || n, 'Country ' || n, CASE n % 2 WHEN 0 THEN 'EU' ELSE 'US' END"
                        + " FROM generate_series(1, 300) AS n");
        mariaDb.execute(
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, total BIGINT NOT NULL, country_code VARCHAR(10) NOT NULL)",
                "INSERT INTO orders SELECT seq, seq * 10, CONCAT('C', 1 + seq % 400) FROM seq_1_to_1000");
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
                FederationFixture.table("pg", "countries", "code varchar!*", "name varchar!", "region varchar!"));
        SourceDefinition maria = source(
                "maria",
                SourceKind.MARIADB,
                mariaDb,
                RunHarness.MARIADB_PASSWORD,
                FederationFixture.table("maria", "orders", "id bigint!*", "total bigint!", "country_code varchar!"));
        harness = new RunHarness(
                spill,
                Map.of(RunHarness.PASSWORD, postgres.password(), RunHarness.MARIADB_PASSWORD, mariaDb.password()),
                pg,
                maria);
        DimensionDefinition countries =
                FederationFixture.dimension("geo.countries", pg.tables().getFirst());
        DimensionDefinition regions = FederationFixture.dimension(
                "geo.regions",
                "pg",
                "SELECT region, COUNT(*) AS n FROM pg.countries GROUP BY region",
                "region varchar!*",
                "n bigint!");
        catalog = new Catalog(
                List.of(pg, maria), List.of(ORDERS, COUNTRIES, REGIONS, LIVE, FRESH), List.of(countries, regions));
        store = new FixedDimensions(harness.memory.open("dimensions"));
        harness.keep(store, countries, "countries");
        harness.keep(store, regions, "(SELECT region, COUNT(*) AS n FROM countries GROUP BY region) AS r");
        Statistics statistics = DimensionQueriesIT::known;
        plans = new Plans(new Weaver(FederationFixture.HASH_KEYS), new Planner(statistics), statistics);
    }

    /** Not asked of the sources: a plan must not depend on how soon they say it. */
    private static Optional<Statistics.TableStatistics> known(TableName table) {
        return table.table().equals("orders")
                ? Optional.of(new Statistics.TableStatistics(
                        1_000,
                        Map.of(new ColumnName("id"), distinct(1_000), new ColumnName("country_code"), distinct(400))))
                : Optional.of(new Statistics.TableStatistics(300, Map.of()));
    }

    private static Statistics.ColumnStatistics distinct(double values) {
        return new Statistics.ColumnStatistics(values, 0, List.of(), List.of());
    }

    private static SourceDefinition source(
            String name, SourceKind kind, TestDatabases.Fresh at, String password, SourceTable table) {
        return RunHarness.source(
                name,
                kind,
                SourceLimits.DEFAULT,
                List.of(table),
                RunHarness.connection(at.port(), at.name(), at.user(), password));
    }

    @AfterEach
    void close() {
        // Fails while a lease is open.
        store.close();
        harness.close();
    }

    /** What a query gave, whom it asked, and of which dimensions it says what. */
    private record Told(
            List<List<Object>> rows,
            List<Timeline.FetchFacts> fetches,
            List<DimensionReading> dimensions,
            String plan) {
        List<String> asked() {
            return fetches.stream()
                    .filter(fetch -> !fetch.status().equals("skipped"))
                    .map(Timeline.FetchFacts::source)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private Told ask(String sql) {
        return ask(
                sql,
                PolicyFixtures.everything(
                                FederationFixture.resolve(catalog, sql).views())
                        .allow(Allow.Detail.FULL));
    }

    private Told ask(String sql, Allow allow) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        RunContext context = RunHarness.context(Duration.ofSeconds(30));
        try (AtHand atHand = AtHand.take(query.dimensions(), store, context.deadline(), java.time.Clock.systemUTC())) {
            ExecutablePlan plan = plans.plan(query, allow, atHand);
            List<List<Object>> rows = new ArrayList<>();
            try (RowStream stream = harness.runner.open(plan, allow, context.with(atHand))) {
                while (stream.next()) {
                    RunHarness.addRows(stream.batch(), rows);
                }
                List<Timeline.FetchFacts> fetches = context.timeline().entries().stream()
                        .flatMap(entry -> entry.fetch().stream())
                        .toList();
                return new Told(
                        rows,
                        fetches,
                        stream.dimensions(),
                        ExplainText.render(Explained.of(plan, Allow.Detail.FULL, atHand)));
            }
        }
    }

    @Test
    void joinsWhatIsInMemoryAndSaysHowOldItIs() {
        Told told = ask("SELECT COUNT(*) AS n, SUM(total) AS s FROM t.orders WHERE region = 'EU'");
        assertThat(told.rows()).hasSize(1);
        assertThat(told.asked()).containsExactly("cache", "maria");
        assertThat(told.dimensions()).singleElement().satisfies(reading -> {
            assertThat(reading.dimension()).isEqualTo("geo.countries");
            assertThat(reading.age()).isLessThan(Duration.ofMinutes(1));
        });
        assertThat(told.plan()).contains(" at cache geo.countries as of ", ", generation 1, 300 rows");
        store.age(BOUND.plusSeconds(1));
        assertThat(ask("SELECT COUNT(*) AS n, SUM(total) AS s FROM t.orders WHERE region = 'EU'")
                        .rows())
                .isEqualTo(told.rows());
    }

    @Test
    void findsOneRowByItsKeyWithoutAScan() {
        Told told = ask("SELECT id, country FROM t.orders WHERE id = 7");
        assertThat(told.rows()).containsExactly(List.of(7L, "Country 8"));
        assertThat(told.fetches())
                .filteredOn(fetch -> fetch.source().equals("cache"))
                .singleElement()
                .satisfies(fetch -> assertThat(fetch.rows()).isEqualTo(1));
    }

    @Test
    void sendsTheKeysOfFewRowsToTheOtherSource() {
        Told told = ask("SELECT id FROM t.orders WHERE country = 'Country 3'");
        assertThat(told.rows()).containsExactlyInAnyOrder(List.of(2L), List.of(402L), List.of(802L));
        assertThat(told.fetches())
                .filteredOn(fetch -> fetch.source().equals("maria"))
                .singleElement()
                .satisfies(fetch -> {
                    assertThat(fetch.keys()).isEqualTo(1);
                    assertThat(fetch.rows()).isEqualTo(3);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT code, name FROM t.countries WHERE code = 'C17'",
                "SELECT code, name FROM t.countries WHERE code IN ('C17', 'C18', 'none')",
                "SELECT name FROM t.countries WHERE region <> 'EU' AND code <> 'C1'",
                "SELECT region, COUNT(*) AS n FROM t.countries GROUP BY region",
                "SELECT a.code FROM t.countries a JOIN t.countries b ON a.region = b.region WHERE b.code = 'C4'",
                "SELECT code FROM t.countries WHERE name LIKE '%1%' ORDER BY code LIMIT 5",
                "SELECT c.code, r.n FROM t.countries c JOIN t.regions r ON r.region = c.region WHERE c.code = 'C9'",
                "SELECT UPPER(name) AS u FROM t.countries WHERE CHAR_LENGTH(code) = 2"
            })
    void asksNoSourceWhereAllIsInMemoryAndAnswersAsTheSourceWould(String sql) {
        Told told = ask(sql);
        assertThat(told.asked()).containsExactly("cache");
        assertThat(told.rows()).isNotEmpty();
        store.age(BOUND.plusSeconds(1));
        Told through = ask(sql);
        assertThat(through.asked()).containsExactly("pg");
        assertThat(through.dimensions()).isEmpty();
        assertThat(through.rows()).containsExactlyInAnyOrderElementsOf(told.rows());
    }

    @Test
    void readsATableFromTheDimensionThatKeepsItOnlyWhereTheViewSaysHowOldRowsMayBe() {
        assertThat(ask("SELECT name FROM t.live WHERE code = 'C5'").asked()).containsExactly("pg");
        Told told = ask("SELECT name FROM t.fresh WHERE code = 'C5'");
        assertThat(told.asked()).containsExactly("cache");
        assertThat(told.rows()).containsExactly(List.of("Country 5"));
    }

    @Test
    void policyStandsAboveItAsAboveATable() {
        String sql = "SELECT code, name FROM t.countries WHERE code IN ('C3', 'C4')";
        Allow eu = PolicyFixtures.everything(
                        FederationFixture.resolve(catalog, sql).views())
                .rowsWhere("region", "EU")
                .mask("name", new Mask.Null())
                .allow();
        // Somebody who sees everything is first; what is kept then is the same for both.
        Told all = ask(sql);
        assertThat(all.asked()).containsExactly("cache");
        assertThat(all.rows()).containsExactlyInAnyOrder(List.of("C3", "Country 3"), List.of("C4", "Country 4"));
        List<List<Object>> rows = ask(sql, eu).rows();
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().getFirst()).isEqualTo("C4");
        assertThat(rows.getFirst().getLast()).isNull();
        assertThat(ask("SELECT COUNT(*) AS n FROM t.orders", eu(ORDERS)).rows())
                .isEqualTo(ask("SELECT COUNT(*) AS n FROM t.orders WHERE region = 'EU'")
                        .rows());
    }

    private static Allow eu(ViewDefinition view) {
        return PolicyFixtures.everything(List.of(view))
                .rowsWhere("region", "EU")
                .allow();
    }

    @Test
    void noCallerNamesADimension() {
        assertThatThrownBy(() -> ask("SELECT code FROM geo.countries"))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.VIEW_NOT_FOUND));
    }

    @Test
    void aPlanRunsWithTheDimensionsItWasMadeForOnly() {
        String sql = "SELECT code FROM t.countries";
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        Allow allow = PolicyFixtures.everything(query.views()).allow(Allow.Detail.FULL);
        RunContext context = RunHarness.context(Duration.ofSeconds(30));
        try (AtHand atHand = AtHand.take(query.dimensions(), store, context.deadline(), java.time.Clock.systemUTC())) {
            ExecutablePlan plan = plans.plan(query, allow, atHand);
            assertThatThrownBy(() -> harness.runner.open(plan, allow, context))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED));
            try (RowStream stream = harness.runner.open(plan, allow, context.with(atHand))) {
                stream.cancel();
            }
        }
        assertThat(store.open()).isZero();
    }
}
