package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.FixedDimensions;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.DataType;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the analyst is answered over two kinds of databases, equals what one database answers that holds everything, with filter
 * and masks written by hand. Nulls, case, padding and Unicode are in the data on purpose.
 */
class PlannedAnswersIT {
    private static final Map<String, String> SECRETS = new HashMap<>();
    private static final Map<String, List<List<Object>>> DATA = new LinkedHashMap<>();
    /** Each answer is asked for without statistics, with those of the sources, and with some that favour key shipping. */
    private static final List<Statistics> KNOWN = new ArrayList<>();

    private static final List<Fresh> DATABASES = new ArrayList<>();
    private static Catalog catalog;
    /** The same with some tables in memory. */
    private static Catalog remembering;

    private static FixedDimensions dimensions;
    private static java.sql.Connection oracle;
    private static RunHarness harness;

    @TempDir
    static Path spill;

    @BeforeAll
    static void load() throws SQLException {
        generate();
        Map<String, List<Fresh>> places = new HashMap<>();
        List<SourceDefinition> sources = new ArrayList<>();
        for (SourceDefinition source : FederationFixture.sources()) {
            List<Shard> shards = new ArrayList<>();
            for (Shard shard : source.shards()) {
                Fresh fresh = source.kind() == SourceKind.POSTGRESQL
                        ? TestDatabases.freshPostgres(shard.name())
                        : TestDatabases.freshMariaDb(shard.name());
                DATABASES.add(fresh);
                places.computeIfAbsent(source.name().value(), name -> new ArrayList<>())
                        .add(fresh);
                String variable = source.kind() + "_PASSWORD";
                SECRETS.put(variable, fresh.password());
                Connection connection = RunHarness.connection(fresh.port(), fresh.name(), fresh.user(), variable);
                shards.add(new Shard(shard.name(), connection));
            }
            sources.add(new SourceDefinition(
                    source.name(),
                    source.kind(),
                    source.description(),
                    shards,
                    source.split(),
                    source.tables(),
                    source.limits(),
                    source.hash()));
        }
        catalog = new Catalog(sources, FederationFixture.views());
        oracle = DriverManager.getConnection("jdbc:duckdb:");
        for (SourceDefinition source : sources) {
            store(source, places.get(source.name().value()));
        }
        views();
        harness = new RunHarness(spill, SECRETS, sources.toArray(SourceDefinition[]::new));
        remember();
        KNOWN.add(table -> Optional.empty());
        KNOWN.add(new CatalogStatistics(harness.sources));
        KNOWN.add(PlannedAnswersIT::small);
    }

    private static void remember() {
        List<DimensionDefinition> kept = List.of(
                FederationFixture.dimension("ref.countries", "crm.countries"),
                FederationFixture.dimension("ref.products", "inventory.products"),
                FederationFixture.dimension("ref.stock", "inventory.stock"));
        remembering = new Catalog(
                catalog.sources(),
                catalog.views().stream()
                        .map(view -> FederationFixture.fresh(view, Duration.ofMinutes(1)))
                        .toList(),
                kept);
        dimensions = new FixedDimensions(harness.memory.open("dimensions"));
        kept.forEach(dimension ->
                harness.keep(dimensions, dimension, dimension.name().table()));
    }

    @AfterAll
    static void drop() throws SQLException {
        dimensions.close();
        harness.close();
        oracle.close();
        for (Fresh fresh : DATABASES) {
            fresh.close();
        }
    }

    /** Statistics that make keys worth shipping everywhere. */
    private static Optional<Statistics.TableStatistics> small(TableName table) {
        double rows = table.toString().equals("crm.customers") ? 10 : 1_000_000;
        return Optional.of(new Statistics.TableStatistics(rows, Map.of()));
    }

    private static void generate() {
        Random random = new Random(7);
        String[] segments = {null, "Gold", "gold", "gold ", "Ümlaut", "漢字", "x\\' or 1=1 -- ", ""};
        String[] codes = {"DE", "de", "FR", "US"};
        rows(
                "crm.customers",
                200,
                i -> row(
                        (long) i,
                        "Name " + (char) ('A' + i % 26) + (i % 3 == 0 ? "é" : "") + i,
                        i % 7 == 0 ? null : i % 11 == 0 ? "no-at" : "u" + i + "@example.org",
                        i % 5 == 0 ? null : "+49 " + (1000 + i),
                        "4111" + i,
                        codes[i % codes.length],
                        i % 3 == 0 ? "EU" : i % 3 == 1 ? "eu" : "US",
                        segments[i % segments.length],
                        "2026-0" + (1 + i % 9) + "-10 10:00:00"));
        rows("crm.countries", codes.length, i -> row(codes[i], "Country " + codes[i], i < 3 ? "EU" : "US"));
        rows("inventory.products", 20, i -> row((long) i, "Bean " + i, new BigDecimal(i + ".50")));
        rows("inventory.stock", 100, i -> row((long) i / 20, (long) i % 20, i % 13, 6));
        rows(
                "orders.orders",
                1000,
                i -> row(
                        (long) i,
                        (long) random.nextInt(220),
                        (long) random.nextInt(6),
                        random.nextInt(4) == 0 ? "open" : "done",
                        "2026-0" + (1 + random.nextInt(9)) + "-03 09:30:00+00",
                        random.nextInt(9) == 0 ? null : "2026-1" + random.nextInt(3) + "-15 00:00:00+00",
                        new BigDecimal(random.nextInt(50_000)).movePointLeft(2)));
        rows(
                "orders.order_items",
                2000,
                i -> row((long) i / 2, i % 2, (long) random.nextInt(20), random.nextInt(5), new BigDecimal("3.25")));
        rows(
                "payments.payments",
                900,
                i -> row(
                        (long) i,
                        (long) random.nextInt(1000),
                        new BigDecimal("10.00"),
                        "card",
                        random.nextInt(3) == 0 ? "pending" : "paid",
                        null));
    }

    private static List<Object> row(Object... values) {
        List<Object> row = new ArrayList<>();
        for (Object value : values) {
            row.add(Optional.ofNullable(value));
        }
        return row;
    }

    private static void rows(String table, int count, java.util.function.IntFunction<List<Object>> make) {
        DATA.put(table, IntStream.range(0, count).mapToObj(make).toList());
    }

    private static void store(SourceDefinition source, List<Fresh> places) throws SQLException {
        try (Statement statement = oracle.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + source.name());
        }
        for (SourceTable table : source.tables()) {
            List<List<Object>> rows = DATA.get(table.name().toString());
            insert(oracle, table.name().toString(), table, rows, "VARCHAR");
            for (int shard = 0; shard < places.size(); shard++) {
                int index = shard;
                List<List<Object>> here = places.size() == 1
                        ? rows
                        : rows.stream()
                                .filter(row ->
                                        (Long) ((Optional<?>) row.getFirst()).orElseThrow() % places.size() == index)
                                .toList();
                try (var connection = places.get(shard).openAsAdmin()) {
                    String text = source.kind() == SourceKind.POSTGRESQL ? "TEXT" : "VARCHAR(100)";
                    insert(connection, table.remoteName(), table, here, text);
                }
            }
        }
    }

    private static void insert(
            java.sql.Connection connection, String name, SourceTable table, List<List<Object>> rows, String text)
            throws SQLException {
        List<String> columns = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            boolean mariaDb = text.startsWith("VARCHAR(");
            String type = column.type() == DataType.Simple.VARCHAR
                    ? text
                    : column.type() == DataType.Simple.TIMESTAMP && mariaDb
                            ? "DATETIME(6)"
                            : column.type().toString();
            columns.add(column.name() + " " + type);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + name + " (" + String.join(", ", columns) + ")"
                    + (text.startsWith("VARCHAR(") ? " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci" : ""));
        }
        String casts = table.columns().stream()
                .map(column -> text.startsWith("VARCHAR(")
                        ? "?"
                        : "CAST(? AS " + (column.type() == DataType.Simple.VARCHAR ? text : column.type()) + ")")
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
        try (var insert = connection.prepareStatement("INSERT INTO " + name + " VALUES (" + casts + ")")) {
            for (List<Object> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    insert.setObject(i + 1, ((Optional<?>) row.get(i)).orElse(null));
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The views as the analyst may see them, by hand. */
    private static void views() throws SQLException {
        String email = "CASE WHEN email IS NULL THEN NULL WHEN position('@' IN email) > 0"
                + " THEN left(email, 1) || '***' || substring(email, position('@' IN email)) ELSE '***' END AS email";
        String phone = "CASE WHEN phone IS NULL THEN NULL WHEN length(phone) > 2"
                + " THEN '***' || right(phone, 2) ELSE '***' END AS phone";
        try (Statement statement = oracle.createStatement()) {
            statement.execute("SET TimeZone='UTC'");
            statement.execute("SET integer_division=true");
            statement.execute("CREATE SCHEMA fulfilment");
            statement.execute("CREATE SCHEMA sales");
            statement.execute("CREATE VIEW crm.customer_360 AS SELECT c.id AS customer_id, c.name AS customer_name, "
                    + email.replace("email", "c.email").replace("AS c.email", "AS email") + ", "
                    + phone.replace("phone", "c.phone").replace("AS c.phone", "AS phone")
                    + ", c.region, k.name AS country, c.segment, c.created_at"
                    + " FROM crm.customers c JOIN crm.countries k ON k.code = c.country_code WHERE c.region = 'EU'");
            statement.execute("CREATE VIEW sales.orders AS SELECT id AS order_id, customer_id, ordered_at, total"
                    + " FROM orders.orders");
            statement.execute("CREATE VIEW sales.revenue_by_country AS SELECT v.country, v.region, COUNT(*) AS orders,"
                    + " SUM(o.total) AS revenue FROM sales.orders o JOIN crm.customer_360 v"
                    + " ON v.customer_id = o.customer_id GROUP BY v.country, v.region");
            statement.execute(
                    "CREATE VIEW fulfilment.late_orders AS SELECT c.id AS customer_id, c.name AS customer_name, "
                            + email.replace("email", "c.email").replace("AS c.email", "AS email")
                            + ", c.region, o.id AS order_id, o.ordered_at, o.promised_at, o.total, p.name AS product,"
                            + " i.quantity, s.quantity AS in_stock FROM crm.customers c"
                            + " JOIN orders.orders o ON o.customer_id = c.id JOIN orders.order_items i ON i.order_id = o.id"
                            + " JOIN inventory.stock s ON s.store_id = o.store_id AND s.product_id = i.product_id"
                            + " JOIN inventory.products p ON p.id = i.product_id JOIN payments.payments y ON y.order_id = o.id"
                            + " WHERE o.status = 'open' AND o.promised_at < TIMESTAMP '2026-11-01 00:00:00'"
                            + " AND y.status = 'pending' AND s.quantity < s.reorder_level AND c.region = 'EU'");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT order_id, customer_id, email, product, quantity, in_stock, total FROM fulfilment.late_orders",
                "SELECT country, orders, revenue FROM sales.revenue_by_country",
                "SELECT customer_id, customer_name, email, phone, segment, country FROM crm.customer_360",
                "SELECT customer_id, phone FROM crm.customer_360 WHERE customer_id = 3",
                "SELECT customer_id FROM crm.customer_360 WHERE segment = 'gold'",
                "SELECT customer_id FROM crm.customer_360 WHERE segment <> 'gold'",
                "SELECT customer_id FROM crm.customer_360 WHERE segment = 'x\\'' or 1=1 -- '",
                "SELECT customer_id FROM crm.customer_360 WHERE segment IN ('Gold', 'ümlaut', '漢字')",
                "SELECT customer_id FROM crm.customer_360 WHERE segment > 'Gold'",
                "SELECT customer_id FROM crm.customer_360 WHERE customer_name LIKE 'Name a%' OR customer_name LIKE '%é%'",
                "SELECT customer_id FROM crm.customer_360 WHERE segment IS NULL OR segment = ''",
                "SELECT customer_id FROM crm.customer_360 WHERE email LIKE 'u***%' AND phone IS NOT NULL",
                "SELECT segment, COUNT(*) AS n, MIN(customer_name) AS a, MAX(customer_name) AS z FROM crm.customer_360 GROUP BY segment",
                "SELECT DISTINCT segment FROM crm.customer_360",
                "SELECT customer_id FROM crm.customer_360 WHERE customer_id * 3 > 100",
                "SELECT customer_id / 7 AS q, MOD(customer_id, 7) AS r FROM crm.customer_360",
                "SELECT order_id FROM fulfilment.late_orders WHERE quantity > 0 AND 10 / quantity > 2",
                "SELECT COUNT(*) AS n, SUM(total) AS s, AVG(total) AS a, MIN(total) AS lo, MAX(total) AS hi FROM sales.orders",
                "SELECT customer_id, COUNT(*) AS n, SUM(total) AS s FROM sales.orders GROUP BY customer_id",
                "SELECT order_id, total FROM sales.orders WHERE order_id IN (4, 8, 15, 16, 23)",
                "SELECT order_id, SUM(total) AS s FROM sales.orders GROUP BY order_id",
                "SELECT COUNT(*) AS n FROM sales.orders WHERE total > 1000000",
                "SELECT SUM(total) AS s FROM sales.orders WHERE total > 1000000",
                "SELECT v.customer_id, o.order_id FROM crm.customer_360 v LEFT JOIN sales.orders o ON o.customer_id = v.customer_id",
                "SELECT v.customer_id, o.order_id FROM crm.customer_360 v FULL JOIN sales.orders o ON o.customer_id = v.customer_id",
                "SELECT o.order_id FROM sales.orders o WHERE o.customer_id NOT IN (SELECT customer_id FROM crm.customer_360)",
                "SELECT v.customer_id FROM crm.customer_360 v WHERE NOT EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id = v.customer_id AND o.total > 450)",
                "SELECT v.customer_id, (SELECT MAX(o.total) FROM sales.orders o WHERE o.customer_id = v.customer_id) AS m FROM crm.customer_360 v",
                "SELECT l.order_id, o.total FROM fulfilment.late_orders l JOIN sales.orders o ON o.order_id = l.order_id",
                "SELECT order_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total DESC, order_id) AS n FROM sales.orders",
                "SELECT customer_id, ROW_NUMBER() OVER (PARTITION BY segment ORDER BY country DESC, customer_id) AS n, SUM(customer_id) OVER (PARTITION BY segment) AS s, LAG(customer_name) OVER (ORDER BY segment NULLS FIRST, customer_id) AS p FROM crm.customer_360",
                "SELECT order_id, RANK() OVER (PARTITION BY order_id ORDER BY total) AS n, COUNT(*) OVER (ORDER BY order_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS c FROM sales.orders",
                "SELECT segment FROM crm.customer_360 INTERSECT SELECT segment FROM crm.customer_360 WHERE customer_id > 20",
                "SELECT customer_id, segment, country FROM crm.customer_360 EXCEPT SELECT customer_id, segment, country FROM crm.customer_360 WHERE customer_id > 20",
                "SELECT segment FROM crm.customer_360 EXCEPT ALL SELECT segment FROM crm.customer_360 WHERE customer_id > 20",
                "SELECT a.customer_id FROM crm.customer_360 a WHERE EXISTS (SELECT 1 FROM crm.customer_360 b WHERE b.segment = a.segment AND b.customer_id > 20)",
                "SELECT a.customer_id FROM crm.customer_360 a WHERE NOT EXISTS (SELECT 1 FROM crm.customer_360 b WHERE b.segment = a.segment AND b.customer_id > 40)",
                "SELECT segment, country, COUNT(*) AS n FROM crm.customer_360 GROUP BY GROUPING SETS ((segment), (segment, country), ())",
                "SELECT order_id, customer_id, SUM(total) AS s FROM sales.orders GROUP BY GROUPING SETS ((order_id), (order_id, customer_id))",
                "SELECT order_id, customer_id, SUM(total) AS s FROM sales.orders GROUP BY ROLLUP (order_id, customer_id)",
                "SELECT order_id FROM sales.orders WHERE total > 400 UNION ALL SELECT customer_id FROM crm.customer_360",
                "SELECT segment FROM crm.customer_360 UNION SELECT country FROM crm.customer_360",
                "SELECT customer_id FROM crm.customer_360 WHERE created_at > '2020-01-01' AND created_at <> '2020-01-01 00:00:00.5'",
                "SELECT v.customer_id, o.order_id FROM crm.customer_360 v JOIN sales.orders o ON o.customer_id = v.customer_id"
                        + " WHERE CAST(v.created_at AS DATE) <> '2026-01-31' AND NOT (CAST(o.ordered_at AS DATE) = DATE '2026-10-05') AND CAST(o.ordered_at AS DATE) > '2020-01-01'",
                "SELECT customer_id, EXTRACT(DAY FROM CAST('2026-01-31 10:00:00.25' AS TIMESTAMP)) AS m, EXTRACT(DAY FROM CAST('2026-1-5' AS DATE)) AS d FROM crm.customer_360",
                "SELECT customer_id FROM crm.customer_360 WHERE created_at > CAST('2020-1-5' AS DATE) AND CAST('10:00:00' AS TIME) > CAST('09:59:59' AS TIME)",
                "SELECT EXTRACT(YEAR FROM created_at) AS y, EXTRACT(MONTH FROM created_at) AS m, COUNT(*) AS n FROM crm.customer_360 GROUP BY EXTRACT(YEAR FROM created_at), EXTRACT(MONTH FROM created_at)",
                "SELECT a.order_id FROM sales.orders a JOIN sales.orders b ON a.order_id = b.order_id WHERE a.total > 100",
                "SELECT a.order_id, b.order_id AS other FROM sales.orders a JOIN sales.orders b ON a.customer_id = b.customer_id WHERE a.order_id = 5",
                "SELECT customer_id, CASE WHEN segment = 'Gold' THEN 1 WHEN segment IS NULL THEN 2 ELSE 3 END AS c FROM crm.customer_360",
                "SELECT COALESCE(segment, '-') || UPPER(country) AS t FROM crm.customer_360",
                "SELECT o.order_id FROM sales.orders o WHERE EXISTS (SELECT 1 FROM sales.orders p WHERE p.customer_id = o.customer_id AND p.order_id <> o.order_id AND p.total > o.total)",
                "SELECT o.order_id FROM sales.orders o WHERE NOT EXISTS (SELECT 1 FROM sales.orders p WHERE p.customer_id = o.customer_id AND p.total > o.total)",
                "SELECT o.order_id FROM sales.orders o WHERE NOT EXISTS (SELECT 1 FROM sales.orders p WHERE p.order_id = o.order_id AND p.customer_id < 100) AND EXISTS (SELECT 1 FROM sales.orders q WHERE q.order_id = o.order_id AND q.total >= o.total)",
                "SELECT v.customer_id FROM crm.customer_360 v WHERE v.segment NOT IN (SELECT w.segment FROM crm.customer_360 w WHERE w.customer_id > v.customer_id)",
                "SELECT v.customer_id FROM crm.customer_360 v WHERE v.customer_id NOT IN (SELECT o.customer_id FROM sales.orders o WHERE o.total > v.customer_id * 3)",
                "SELECT v.customer_id FROM crm.customer_360 v WHERE v.customer_id IN (SELECT o.customer_id FROM sales.orders o WHERE o.total > v.customer_id * 3)",
                "SELECT v.customer_id FROM crm.customer_360 v WHERE NOT EXISTS (SELECT 1 FROM crm.customer_360 w WHERE w.segment = v.segment AND w.customer_id > v.customer_id)",
                "SELECT v.customer_id FROM crm.customer_360 v WHERE EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id = v.customer_id AND NOT EXISTS (SELECT 1 FROM sales.orders p WHERE p.customer_id = o.customer_id AND p.order_id > o.order_id AND p.total > 100))",
                "SELECT v.customer_id, COUNT(*) AS n FROM crm.customer_360 v JOIN sales.orders o ON o.customer_id = v.customer_id WHERE NOT EXISTS (SELECT 1 FROM fulfilment.late_orders l WHERE l.customer_id = v.customer_id AND l.total > o.total) GROUP BY v.customer_id",
                "SELECT o.order_id FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id WHERE (v.segment = 'Gold' AND o.total > 100) OR (v.segment = 'gold' AND o.total < 50)",
                "SELECT o.order_id FROM sales.orders o JOIN crm.customer_360 v ON (v.customer_id = o.customer_id AND o.total > 400) OR (v.customer_id = o.customer_id AND v.segment IS NULL)",
                "SELECT v.customer_id, o.order_id FROM crm.customer_360 v LEFT JOIN sales.orders o ON o.customer_id = v.customer_id AND ((o.total > 400 AND v.segment = 'Gold') OR (o.total < 100 AND v.segment IS NULL))",
                "SELECT customer_id FROM sales.orders GROUP BY customer_id HAVING SUM(total) > (SELECT SUM(total) * 0.004 FROM sales.orders)",
                "SELECT v.segment, COUNT(*) AS n, COUNT(o.order_id) AS c, SUM(o.total) AS s, MAX(v.country) AS m"
                        + " FROM crm.customer_360 v LEFT JOIN sales.orders o ON o.customer_id = v.customer_id GROUP BY v.segment",
                "SELECT v.customer_id, v.segment, COUNT(*) AS n, COUNT(o.order_id) AS c, MIN(o.total) AS s"
                        + " FROM crm.customer_360 v LEFT JOIN sales.orders o ON o.customer_id = v.customer_id AND o.total > 300 GROUP BY v.customer_id, v.segment",
                "SELECT v.customer_id, SUM(o.total) AS s, COUNT(*) AS n, AVG(o.total) AS a FROM sales.orders o JOIN crm.customer_360 v"
                        + " ON o.customer_id = v.customer_id GROUP BY v.customer_id",
                "SELECT v.country, COUNT(DISTINCT v.segment) AS d, COUNT(DISTINCT o.customer_id) AS c, COUNT(*) AS n FROM sales.orders o"
                        + " JOIN crm.customer_360 v ON o.customer_id = v.customer_id GROUP BY v.country",
                "SELECT v.country, SUM(COALESCE(o.total, 1)) AS s FROM crm.customer_360 v LEFT JOIN sales.orders o"
                        + " ON o.customer_id = v.customer_id AND o.total > 490 GROUP BY v.country",
                "SELECT COUNT(*) AS n, SUM(o.total) AS s FROM sales.orders o WHERE EXISTS"
                        + " (SELECT 1 FROM crm.customer_360 v WHERE v.customer_id = o.customer_id AND v.segment = 'gold')",
                "WITH spent AS (SELECT customer_id, COUNT(*) AS n, MAX(total) AS s FROM sales.orders GROUP BY customer_id) SELECT a.customer_id, b.customer_id AS twin FROM spent a JOIN spent b ON a.n = b.n AND a.customer_id < b.customer_id",
                "SELECT a.order_id, b.order_id AS other FROM fulfilment.late_orders a JOIN fulfilment.late_orders b ON a.product = b.product AND a.order_id <= b.order_id",
                "WITH x AS (SELECT o.order_id, v.segment FROM sales.orders o LEFT JOIN crm.customer_360 v ON v.customer_id = o.customer_id) SELECT order_id, segment FROM x UNION ALL SELECT order_id, segment FROM x",
                "WITH x AS (SELECT o.order_id, v.segment FROM sales.orders o LEFT JOIN crm.customer_360 v ON v.customer_id = o.customer_id) SELECT a.order_id FROM x a WHERE NOT EXISTS (SELECT 1 FROM x b WHERE b.segment = a.segment AND b.order_id > a.order_id)",
                "SELECT order_id FROM sales.orders WHERE total > (SELECT AVG(l.total) FROM fulfilment.late_orders l) AND customer_id IN (SELECT customer_id FROM crm.customer_360)",
                "SELECT v.email, (SELECT COUNT(*) FROM fulfilment.late_orders) AS late FROM crm.customer_360 v WHERE EXISTS (SELECT 1 FROM fulfilment.late_orders)",
                "WITH big AS (SELECT customer_id, SUM(total) AS s FROM sales.orders GROUP BY customer_id HAVING SUM(total) > 1000) SELECT v.email, b.s FROM big b JOIN crm.customer_360 v ON v.customer_id = b.customer_id"
            })
    void answersAsOneDatabaseThatHoldsEverything(String sql) throws SQLException {
        List<String> expected = expected(sql);
        assertThat(expected).as("a question that the data answers").isNotEmpty();

        for (Statistics statistics : KNOWN) {
            assertThat(actual(sql, statistics).stream().sorted().toList())
                    .isEqualTo(expected.stream().sorted().toList());
        }
        assertThat(remembered(sql).stream().sorted().toList())
                .isEqualTo(expected.stream().sorted().toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT segment, customer_id FROM crm.customer_360 ORDER BY segment, customer_id",
                "SELECT segment, customer_id FROM crm.customer_360 ORDER BY segment DESC NULLS FIRST, customer_id DESC LIMIT 9",
                "SELECT order_id, total FROM sales.orders ORDER BY total DESC, order_id LIMIT 7 OFFSET 5",
                "SELECT country, revenue FROM sales.revenue_by_country ORDER BY revenue DESC",
                "SELECT o.order_id, v.customer_name, o.total FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id"
                        + " ORDER BY o.total DESC, o.order_id LIMIT 7",
                "SELECT o.order_id, v.customer_name FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id"
                        + " WHERE v.segment = 'Ümlaut' ORDER BY o.total DESC, o.order_id LIMIT 12 OFFSET 3",
                "SELECT o.order_id, v.customer_name FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id"
                        + " WHERE v.customer_id = 33 ORDER BY o.ordered_at, o.order_id LIMIT 50",
                "SELECT o.order_id, v.customer_name FROM sales.orders o LEFT JOIN crm.customer_360 v"
                        + " ON v.customer_id = o.customer_id ORDER BY o.total, o.order_id LIMIT 9",
                "SELECT v.customer_id, v.segment, SUM(o.total) AS s FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id"
                        + " GROUP BY v.customer_id, v.segment ORDER BY s DESC LIMIT 4 OFFSET 1",
                "SELECT o.order_id FROM sales.orders o WHERE o.customer_id IN (SELECT customer_id FROM crm.customer_360)"
                        + " ORDER BY o.total, o.order_id DESC LIMIT 6",
                "SELECT order_id, total FROM fulfilment.late_orders ORDER BY total DESC, order_id, product LIMIT 5"
            })
    void answersInTheSameOrder(String sql) throws SQLException {
        for (Statistics statistics : KNOWN) {
            assertThat(actual(sql, statistics)).isEqualTo(expected(sql));
        }
        assertThat(remembered(sql)).isEqualTo(expected(sql));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FIRST_VALUE(segment)", "LAST_VALUE(segment)", "NTH_VALUE(segment, 2)", "LAG(segment)"})
    void nullsAreLeftOutOfAWindowThatIgnoresThem(String function) throws SQLException {
        String query = "SELECT customer_id, %s OVER (ORDER BY customer_id%s) AS s FROM crm.customer_360";
        String frame = function.startsWith("LAG") ? "" : " ROWS BETWEEN 3 PRECEDING AND CURRENT ROW";
        String oracles = query.formatted(function.replace(")", " IGNORE NULLS)"), frame);
        for (Statistics statistics : KNOWN) {
            assertThat(actual(query.formatted(function + " IGNORE NULLS", frame), statistics))
                    .isEqualTo(expected(oracles))
                    .isNotEqualTo(actual(query.formatted(function, frame), statistics));
        }
    }

    @org.junit.jupiter.api.Test
    void theNextPlanExpectsTheRowsThatTheLastRunGave() {
        String sql = "SELECT o.order_id, v.segment FROM sales.orders o JOIN crm.customer_360 v"
                + " ON v.customer_id = o.customer_id WHERE v.customer_name LIKE '%é1%'";
        Planner planner = new Planner(KNOWN.getFirst());
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        ExecutablePlan before =
                planner.plan(new Weaver().weave(query, FederationFixture.analyst(query.views())), catalog);
        RunHarness.Answer answer = harness.run(before);
        ExecutablePlan after =
                planner.plan(new Weaver().weave(query, FederationFixture.analyst(query.views())), catalog);

        long customers = answer.fetches().stream()
                .filter(fetch -> fetch.source().equals("crm") && fetch.keys() == 0)
                .mapToLong(io.belvedere.federation.run.Timeline.FetchFacts::rows)
                .sum();
        assertThat(after.report().expected().values())
                .anySatisfy(expected -> assertThat(expected.estimate().rows()).isEqualTo(customers));
        assertThat(before.report().expected().values())
                .noneSatisfy(expected -> assertThat(expected.estimate().rows()).isEqualTo(customers));
    }

    private static List<String> actual(String sql, Statistics statistics) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        ExecutablePlan plan = new Planner(statistics)
                .plan(new Weaver().weave(query, FederationFixture.analyst(query.views())), catalog);
        return texts(harness.run(plan));
    }

    /** With dimensions read from memory. */
    private static List<String> remembered(String sql) {
        ResolvedQuery query = FederationFixture.resolve(remembering, sql);
        RunContext context = RunHarness.context(Duration.ofSeconds(30));
        try (AtHand atHand = AtHand.take(query.dimensions(), dimensions, context.deadline(), FederationFixture.CLOCK)) {
            ExecutablePlan plan = new Planner(KNOWN.get(1))
                    .plan(new Weaver().weave(query, FederationFixture.analyst(query.views()), atHand), query.catalog());
            return texts(harness.run(plan, context.with(atHand)));
        }
    }

    private static List<String> texts(RunHarness.Answer answer) {
        return answer.rows().stream()
                .map(row -> row.stream().map(PlannedAnswersIT::text).toList().toString())
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

    /** Numbers as numbers, whatever their Java type. */
    private static String text(Object value) {
        return value instanceof Number number
                ? new BigDecimal(number.toString())
                        .round(new MathContext(12))
                        .stripTrailingZeros()
                        .toPlainString()
                : String.valueOf(value);
    }
}
