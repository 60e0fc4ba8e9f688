package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Views that are shown in groups of five rows at least: over one database, over shards and over two databases. */
class GroupSizeIT {
    private static final List<String> PROTECTED = List.of("g.people", "g.spread", "g.mixed");
    private static final String[] COLUMNS = {
        "id bigint!*", "region varchar!", "city varchar", "salary bigint!", "bonus decimal(10,2)", "note varchar"
    };

    @TempDir
    static Path spill;

    private static final List<Fresh> DATABASES = new ArrayList<>();
    private static RunHarness harness;
    private static Catalog catalog;
    private static Connection oracle;

    @BeforeAll
    static void load() throws SQLException {
        Fresh pg = TestDatabases.freshPostgres("groups");
        Fresh maria = TestDatabases.freshMariaDb("groups");
        Fresh one = TestDatabases.freshPostgres("groups_a");
        Fresh other = TestDatabases.freshPostgres("groups_b");
        DATABASES.addAll(List.of(pg, maria, one, other));
        oracle = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = oracle.createStatement()) {
            statement.execute("CREATE SCHEMA g");
            for (String view : List.of("people", "spread", "mixed")) {
                statement.execute(
                        "CREATE TABLE g." + view
                                + " (id bigint, region varchar, city varchar, salary bigint, bonus decimal(10,2), note varchar)");
            }
            statement.execute("CREATE TABLE g.codes (region varchar, code bigint)");
        }
        for (Fresh postgres : List.of(pg, one, other)) {
            postgres.execute(
                    "CREATE TABLE people (id bigint PRIMARY KEY, region text NOT NULL, city text, salary bigint NOT NULL,"
                            + " bonus numeric(10,2), note text)");
        }
        maria.execute(
                "CREATE TABLE codes (region VARCHAR(20) PRIMARY KEY, code BIGINT NOT NULL) CHARACTER SET utf8mb4",
                "INSERT INTO codes VALUES ('EU', 1), ('US', 2), ('AU', 3), ('XX', 4)");
        try (Statement statement = oracle.createStatement()) {
            statement.execute("INSERT INTO g.codes VALUES ('EU', 1), ('US', 2), ('AU', 3), ('XX', 4)");
        }
        for (int i = 0; i < 100; i++) {
            person(i, pg, i % 2 == 0 ? one : other);
        }
        List<SourceDefinition> sources = sources(pg, maria, one, other);
        catalog = new Catalog(sources, views());
        harness = new RunHarness(
                spill,
                Map.of("PG", pg.password(), "MARIA", maria.password()),
                sources.toArray(SourceDefinition[]::new));
    }

    /** Cities of 1 to 13 people; one region of 3; bonuses that few, most or all of a city have. */
    private static void person(int i, Fresh pg, Fresh shard) throws SQLException {
        int city = (int) Math.sqrt(2.0 * i);
        String region = i >= 97 ? "AU" : city % 2 == 0 ? "EU" : "US";
        String name = city == 7 ? null : "city " + city;
        BigDecimal bonus = city % 3 == 0 || (city % 3 == 1 && i % 5 == 0) ? new BigDecimal(i + ".50") : null;
        Object[] row = {(long) i, region, name, 1_000L + (long) i * i, bonus, i % 4 == 0 ? "bad(" : "17"};
        for (Fresh database : List.of(pg, shard)) {
            try (Connection connection = database.openAsAdmin()) {
                insert(connection, "people", row);
            }
        }
        for (String view : List.of("g.people", "g.spread", "g.mixed")) {
            insert(oracle, view, row);
        }
    }

    private static void insert(Connection connection, String table, Object... values) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?, ?)")) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    private static List<ViewDefinition> views() {
        String all = "SELECT id, region, city, salary, bonus, note FROM ";
        return List.of(
                FederationFixture.view("g.people@1.0.0", all + "pg.people", COLUMNS),
                FederationFixture.view("g.spread@1.0.0", all + "many.people", COLUMNS),
                FederationFixture.view(
                        "g.mixed@1.0.0",
                        "SELECT p.id, p.region, p.city, p.salary, p.bonus, p.note FROM pg.people p"
                                + " JOIN maria.codes c ON c.region = p.region",
                        COLUMNS),
                FederationFixture.view(
                        "g.codes@1.0.0", "SELECT region, code FROM maria.codes", "region varchar!*", "code bigint!"),
                FederationFixture.view(
                        "g.by_city@1.0.0",
                        "SELECT city, COUNT(*) AS people FROM g.people GROUP BY city",
                        "city varchar",
                        "people bigint!"),
                FederationFixture.view("g.names@1.0.0", "SELECT id, city FROM g.people", "id bigint!", "city varchar"));
    }

    private static List<SourceDefinition> sources(Fresh pg, Fresh maria, Fresh one, Fresh other) {
        SourceName many = new SourceName("many");
        SourceTable people = table("many", "people", "id", "region", "city", "salary", "bonus", "note");
        return List.of(
                RunHarness.source(
                        "pg",
                        SourceKind.POSTGRESQL,
                        SourceLimits.DEFAULT,
                        List.of(table("pg", "people", "id", "region", "city", "salary", "bonus", "note")),
                        RunHarness.connection(pg.port(), pg.name(), pg.user(), "PG")),
                RunHarness.source(
                        "maria",
                        SourceKind.MARIADB,
                        SourceLimits.DEFAULT,
                        List.of(table("maria", "codes", "region", "code")),
                        RunHarness.connection(maria.port(), maria.name(), maria.user(), "MARIA")),
                new SourceDefinition(
                        many,
                        SourceKind.POSTGRESQL,
                        "",
                        List.of(
                                new Shard("many_0", RunHarness.connection(one.port(), one.name(), one.user(), "PG")),
                                new Shard(
                                        "many_1",
                                        RunHarness.connection(other.port(), other.name(), other.user(), "PG"))),
                        Optional.of(new Split(Map.of(people.name(), new ColumnName("id")), new Split.Modulo())),
                        List.of(people),
                        SourceLimits.DEFAULT,
                        "hash"));
    }

    private static SourceTable table(String source, String name, String... columns) {
        return new SourceTable(
                new TableName(new SourceName(source), name),
                Optional.empty(),
                name,
                Arrays.stream(columns).map(GroupSizeIT::column).toList());
    }

    private static SourceColumn column(String name) {
        DataType type = switch (name) {
            case "id", "salary", "code" -> DataType.Simple.BIGINT;
            case "bonus" -> new DataType.Decimal(10, 2);
            default -> DataType.Simple.VARCHAR;
        };
        boolean required = Set.of("id", "region", "salary", "code").contains(name);
        return new SourceColumn(
                new ColumnName(name),
                name,
                type,
                required ? Presence.REQUIRED : Presence.OPTIONAL,
                name.equals("id") || name.equals("code") ? KeyPart.KEY : KeyPart.NONE,
                Set.of());
    }

    @AfterAll
    static void drop() throws SQLException {
        harness.close();
        oracle.close();
        for (Fresh fresh : DATABASES) {
            fresh.close();
        }
    }

    private static ExecutablePlan plan(String sql, Set<Planner.Shortcut> shortcuts) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        PolicyFixtures.Granting granting = PolicyFixtures.everything(query.views());
        query.views().stream()
                .map(view -> view.id().toString())
                .filter(view -> PROTECTED.stream().anyMatch(view::startsWith))
                .forEach(view -> granting.groupSizeMin(view, 5).mask(view, "note", new Mask.KeepFirst(1)));
        Statistics statistics = _ -> Optional.of(new Statistics.TableStatistics(1_000, Map.of()));
        return new Planner(statistics, shortcuts)
                .plan(new Weaver(FederationFixture.HASH_KEYS).weave(query, granting.allow()), catalog);
    }

    private static List<String> actual(String sql, Set<Planner.Shortcut> shortcuts) {
        return harness.run(plan(sql, shortcuts)).rows().stream()
                .map(row -> row.stream().map(GroupSizeIT::text).toList().toString())
                .toList();
    }

    private static List<String> expected(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = oracle.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(text(result.getObject(i)));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private static String text(Object value) {
        return value instanceof Number number
                ? new BigDecimal(number.toString())
                        .round(new MathContext(12))
                        .stripTrailingZeros()
                        .toPlainString()
                : String.valueOf(value);
    }

    private static String of(String sql, String view) {
        return sql.replaceAll("\\bV\\b", view);
    }

    private static final String ENOUGH = " HAVING COUNT(*) >= 5";
    private static final String ENOUGH_BONUS =
            ENOUGH + " AND COUNT(bonus) >= 5 AND (COUNT(bonus) = COUNT(*) OR COUNT(*) - COUNT(bonus) >= 5)";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT region, COUNT(*) AS n, SUM(salary) AS s FROM V GROUP BY region|SELECT region, COUNT(*), SUM(salary) FROM V GROUP BY region#",
                "SELECT city, COUNT(*) AS n FROM V GROUP BY city|SELECT city, COUNT(*) FROM V GROUP BY city#",
                "SELECT city, AVG(salary) AS n FROM V GROUP BY city|SELECT city, AVG(salary) FROM V GROUP BY city#",
                "SELECT city, SUM(bonus) AS s, COUNT(bonus) AS n FROM V GROUP BY city|SELECT city, SUM(bonus), COUNT(bonus) FROM V GROUP BY city##",
                "SELECT region, AVG(bonus) AS s FROM V WHERE city LIKE 'city 1%' GROUP BY region|SELECT region, AVG(bonus) FROM V WHERE city LIKE 'city 1%' GROUP BY region##",
                "SELECT COUNT(*) AS n FROM V|SELECT COUNT(*) FROM V",
                "SELECT COUNT(*) AS n, SUM(salary) AS s FROM V WHERE id < 4|SELECT 1, 1 FROM V WHERE false",
                "SELECT SUM(salary) AS s FROM V WHERE id = 7 OR id = 8|SELECT 1 FROM V WHERE false",
                "SELECT COUNT(DISTINCT city) AS c, COUNT(*) AS n FROM V WHERE region <> 'AU'|SELECT COUNT(DISTINCT city), COUNT(*) FROM V WHERE region <> 'AU'",
                "SELECT region, COUNT(DISTINCT city) AS c FROM V WHERE city IS NOT NULL GROUP BY region|SELECT region, COUNT(DISTINCT city) FROM V WHERE city IS NOT NULL GROUP BY region#",
                "SELECT city, COUNT(*) AS n FROM V GROUP BY city HAVING SUM(salary) > 20000 ORDER BY n DESC, city LIMIT 3|SELECT city, COUNT(*) AS n FROM V GROUP BY city# AND SUM(salary) > 20000 ORDER BY n DESC, city LIMIT 3",
                "SELECT city, COUNT(*) AS n FROM V GROUP BY city HAVING 12 / (COUNT(*) - 3) < 100|SELECT city, COUNT(*) FROM V GROUP BY city# AND 12 // (COUNT(*) - 3) < 100",
                "SELECT UPPER(city) AS u, COUNT(*) AS n FROM V WHERE salary > 1200 AND note = '1***' GROUP BY UPPER(city)|SELECT UPPER(city), COUNT(*) FROM V WHERE salary > 1200 AND note = '17' GROUP BY UPPER(city)#",
                "SELECT t.region, t.n, c.code FROM (SELECT region, COUNT(*) AS n FROM V GROUP BY region) t JOIN g.codes c ON c.region = t.region|SELECT t.region, t.n, c.code FROM (SELECT region, COUNT(*) AS n FROM V GROUP BY region#) t JOIN g.codes c ON c.region = t.region",
                "SELECT c.code, t.n FROM g.codes c LEFT JOIN (SELECT region, COUNT(*) AS n FROM V GROUP BY region) t ON c.region = t.region|SELECT c.code, t.n FROM g.codes c LEFT JOIN (SELECT region, COUNT(*) AS n FROM V GROUP BY region#) t ON c.region = t.region",
                "SELECT city, n, SUM(n) OVER () AS total FROM (SELECT city, COUNT(*) AS n FROM V GROUP BY city) t|SELECT city, n, SUM(n) OVER () FROM (SELECT city, COUNT(*) AS n FROM V GROUP BY city#) t",
                "SELECT MIN(n) AS a, MAX(n) AS b FROM (SELECT city, COUNT(*) AS n FROM V GROUP BY city) t|SELECT MIN(n), MAX(n) FROM (SELECT city, COUNT(*) AS n FROM V GROUP BY city#) t",
                "SELECT code FROM g.codes WHERE region IN (SELECT region FROM (SELECT region, COUNT(*) AS n FROM V GROUP BY region) t)|SELECT code FROM g.codes WHERE region IN (SELECT region FROM V GROUP BY region#)",
                "SELECT code, (SELECT SUM(salary) FROM V WHERE region = 'AU') AS s FROM g.codes|SELECT code, NULL FROM g.codes"
            })
    void showsGroupsOfEnoughRowsOnly(String sql, String wanted) throws SQLException {
        for (String view : PROTECTED) {
            List<String> expected =
                    expected(of(wanted, view).replace("##", ENOUGH_BONUS).replace("#", ENOUGH));
            for (Set<Planner.Shortcut> shortcuts :
                    List.of(EnumSet.allOf(Planner.Shortcut.class), Set.<Planner.Shortcut>of())) {
                assertThat(actual(of(sql, view), shortcuts))
                        .as("%s with %s", view, shortcuts)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROLLUP (region, city)", "CUBE (region, city)", "GROUPING SETS ((region), (city))"})
    void aTotalIsTheSumOfWhatIsShown(String sets) throws SQLException {
        String parts = "SELECT region, city, COUNT(*) AS n, SUM(salary) AS s FROM V GROUP BY region, city" + ENOUGH;
        for (String view : PROTECTED) {
            List<String> expected = expected("SELECT region, city, GROUPING(city), SUM(n), SUM(s) FROM ("
                    + of(parts, view) + ") t GROUP BY " + sets);
            assertThat(actual(
                            "SELECT region, city, GROUPING(city) AS g, COUNT(*) AS n, SUM(salary) AS s FROM " + view
                                    + " GROUP BY " + sets,
                            EnumSet.allOf(Planner.Shortcut.class)))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aViewThatGroupsShowsGroupsOfEnoughRowsOnly() throws SQLException {
        assertThat(actual("SELECT city, people FROM g.by_city WHERE people < 9", EnumSet.allOf(Planner.Shortcut.class)))
                .containsExactlyInAnyOrderElementsOf(
                        expected("SELECT city, COUNT(*) FROM g.people GROUP BY city" + ENOUGH + " AND COUNT(*) < 9"));
        assertThatThrownBy(() -> plan("SELECT id FROM g.names", Set.of())).isInstanceOf(BelvedereException.class);
        assertThatCode(() -> plan("SELECT region FROM g.codes", Set.of())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM V",
                "SELECT salary FROM V WHERE id = 7",
                "SELECT DISTINCT salary FROM V",
                "SELECT salary FROM V GROUP BY salary",
                "SELECT MIN(salary) AS m FROM V",
                "SELECT region, MAX(salary) AS m FROM V GROUP BY region",
                "SELECT ANY_VALUE(city) AS m FROM V",
                "SELECT LISTAGG(city, ',') AS m FROM V",
                "SELECT STRING_AGG(city, ',' ORDER BY salary) AS m FROM V",
                "SELECT PERCENTILE_CONT(1) WITHIN GROUP (ORDER BY salary) AS m FROM V",
                "SELECT region, PERCENTILE_DISC(0) WITHIN GROUP (ORDER BY salary) AS m FROM V GROUP BY region",
                "SELECT region, NTH_VALUE(salary, 1) OVER (ORDER BY id) AS m FROM V",
                "SELECT STDDEV_POP(salary) AS m FROM V",
                "SELECT region, MEDIAN(salary) AS m FROM V GROUP BY region",
                "SELECT BOOL_OR(salary = 1049) AS m FROM V",
                "SELECT COUNT_IF(id = 7 AND salary > 1000) AS m FROM V",
                "SELECT SUM(GREATEST(salary, 1049)) AS m FROM V",
                "SELECT region, CUME_DIST() OVER (ORDER BY salary) AS m FROM V",
                "SELECT SUM(DISTINCT salary) AS m FROM V",
                "SELECT SUM(salary) FILTER (WHERE id = 7) AS m FROM V",
                "SELECT SUM(CASE WHEN id = 7 THEN salary ELSE 0 END) AS m FROM V",
                "SELECT COUNT(CASE WHEN id = 7 AND salary > 1000 THEN 1 END) AS m FROM V",
                "SELECT COUNT(NULLIF(id, 7)) AS m FROM V",
                "SELECT SUM(salary * id) AS m FROM V",
                "SELECT region, COUNT(*) OVER (PARTITION BY city) AS m FROM V",
                "SELECT SUM(salary) AS m FROM (SELECT salary FROM V ORDER BY salary LIMIT 1) t",
                "SELECT SUM(salary) AS m FROM (SELECT salary, ROW_NUMBER() OVER (ORDER BY salary) AS r FROM V) t WHERE r = 1",
                "SELECT SUM(salary) AS m FROM (SELECT DISTINCT salary FROM V) t",
                "SELECT COUNT(*) AS m FROM (SELECT salary FROM V UNION ALL SELECT code FROM g.codes) t",
                "SELECT COUNT(*) AS m FROM V p CROSS JOIN g.codes c",
                "SELECT COUNT(*) AS m FROM V p JOIN g.codes c ON c.region = p.region WHERE p.id = 7",
                "SELECT COUNT(*) AS m FROM V p JOIN V q ON p.id = q.id",
                "SELECT c.code, (SELECT SUM(p.salary) FROM V p WHERE p.region = c.region) AS m FROM g.codes c",
                "SELECT code FROM g.codes WHERE EXISTS (SELECT 1 FROM V WHERE id = 7 AND salary > 1000)",
                "SELECT code FROM g.codes WHERE region IN (SELECT region FROM V WHERE id = 7)",
                "SELECT SUM(salary) AS m FROM V WHERE id <> 7 AND region IN (SELECT region FROM g.codes)",
                "SELECT (SELECT SUM(salary) FROM V) - (SELECT SUM(salary) FROM V WHERE id <> 7) AS m FROM g.codes",
                "WITH t AS (SELECT region, SUM(salary) AS s FROM V GROUP BY region) SELECT a.s FROM t a JOIN t b ON a.s = b.s",
                "SELECT SUM(salary) AS s FROM V UNION ALL SELECT SUM(salary) FROM V WHERE id <> 7",
                "SELECT COUNT(*) AS m FROM V WHERE 1 / (salary - 1049) > 0",
                "SELECT COUNT(*) AS m FROM V WHERE CAST(note AS INTEGER) > 0",
                "SELECT 1 / (salary - 1049) AS k, COUNT(*) AS m FROM V GROUP BY 1 / (salary - 1049)",
                "SELECT region, city, AVG(salary) AS m FROM V GROUP BY ROLLUP (region, city)",
                "SELECT region, city, COUNT(DISTINCT id) AS m FROM V GROUP BY CUBE (region, city)"
            })
    void refusesWhatCouldShowLessThanAGroup(String sql) {
        for (String view : PROTECTED) {
            for (Set<Planner.Shortcut> shortcuts :
                    List.of(EnumSet.allOf(Planner.Shortcut.class), Set.<Planner.Shortcut>of())) {
                assertThatThrownBy(() -> plan(of(sql, view), shortcuts))
                        .as("%s", view)
                        .isInstanceOfSatisfying(
                                BelvedereException.class,
                                refusal -> assertThat(refusal.code().name())
                                        .as("%s", refusal.detail())
                                        .isEqualTo("UNSUPPORTED"));
            }
        }
    }
}
