package io.belvedere.bench;

import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A star: {@value #SALES} sales in PostgreSQL, {@value #CUSTOMERS} customers and {@value #PRODUCTS} products in MariaDB. Asked in this process with customers and
 * products kept as dimensions, and without, turn by turn; answers are compared every time.
 */
final class KeptStar implements AutoCloseable {
    private static final int SALES = 1_000_000;
    private static final int CUSTOMERS = 100_000;
    private static final int PRODUCTS = 1_000;
    /** Three times as fast. */
    private static final double GOAL = 0.33;

    private static final String SEGMENT = """
            SELECT c.city, COUNT(*) AS sales, SUM(s.total) AS revenue
            FROM star.sales s JOIN star.customers c ON c.id = s.customer_id
            WHERE c.segment = 'segment 77' GROUP BY c.city""";
    private static final String CATEGORIES = """
            SELECT p.category, SUM(s.total * p.rate) AS dues, MAX(s.total) AS dearest
            FROM star.sales s JOIN star.products p ON p.id = s.product_id GROUP BY p.category""";
    private static final String BRAND = """
            SELECT p.category, COUNT(DISTINCT s.customer_id) AS customers, SUM(s.total) AS revenue
            FROM star.sales s JOIN star.products p ON p.id = s.product_id WHERE p.brand = 'brand 7' GROUP BY p.category""";
    private static final String DAY = """
            SELECT c.city, p.category, COUNT(*) AS sales, SUM(s.total) AS revenue
            FROM star.sales s JOIN star.customers c ON c.id = s.customer_id JOIN star.products p ON p.id = s.product_id
            WHERE s.sold_on = DATE '2026-03-01' GROUP BY c.city, p.category""";
    private static final String JOINED = """
            SELECT s.id, s.total, c.name FROM star.sales s JOIN star.customers c ON c.id = s.customer_id
            WHERE s.id = 4711""";
    private static final String FACT = "SELECT s.id, s.total, s.customer_id FROM star.sales s WHERE s.id = 4711";

    private final Fresh postgres;
    private final Fresh mariaDb;
    private final StarSide kept;
    private final StarSide plain;

    KeptStar(Path folder) throws IOException, SQLException {
        postgres = TestDatabases.freshPostgres("star");
        mariaDb = TestDatabases.freshMariaDb("star");
        postgres.execute(
                """
                CREATE TABLE sales AS SELECT id, (1 + id * 7919 %% %d) AS customer_id,
                  (1 + id * 31 %% %d) AS product_id, (id %% 9973 / 100.0)::numeric(12,2) AS total,
                  DATE '2026-01-01' + (id * 17 %% 365)::int AS sold_on
                FROM generate_series(1, CAST(%d AS bigint)) AS id""".formatted(CUSTOMERS, PRODUCTS, SALES),
                "ALTER TABLE sales ADD PRIMARY KEY (id)",
                "CREATE INDEX sales_customer ON sales (customer_id)",
                "CREATE INDEX sales_day ON sales (sold_on)",
                "ANALYZE sales",
                "GRANT SELECT ON sales TO PUBLIC");
        mariaDb.execute(
                "CREATE TABLE customers (id BIGINT PRIMARY KEY, name VARCHAR(60) NOT NULL, segment VARCHAR(20) NOT NULL,"
                        + " city VARCHAR(40) NOT NULL)",
                "INSERT INTO customers SELECT seq, CONCAT('customer ', seq), CONCAT('segment ', seq % 500), CONCAT('city ', seq % 41)"
                        + " FROM seq_1_to_" + CUSTOMERS,
                "CREATE TABLE products (id BIGINT PRIMARY KEY, category VARCHAR(20) NOT NULL, brand VARCHAR(20) NOT NULL,"
                        + " rate DECIMAL(6,3) NOT NULL)",
                "INSERT INTO products SELECT seq, CONCAT('category ', seq % 20), CONCAT('brand ', seq % 50), seq % 25 / 100 FROM seq_1_to_"
                        + PRODUCTS,
                "ANALYZE TABLE customers, products");
        Map<String, String> secrets = Map.of("FACTS", postgres.password(), "PEOPLE", mariaDb.password());
        plain = new StarSide(catalog(folder.resolve("star-plain")), secrets);
        Path with = catalog(folder.resolve("star-kept"));
        for (String table : List.of("customers", "products")) {
            Files.writeString(
                    Files.createDirectories(with.resolve("dimensions")).resolve(table + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: Dimension
                    metadata: {name: ref.%1$s, description: Kept.}
                    spec: {source: people, table: %1$s}
                    """.formatted(table));
        }
        kept = new StarSide(with, secrets);
    }

    private Path catalog(Path root) throws IOException {
        String sales = """
                - {name: id, type: bigint, required: true, key: true}
                - {name: customer_id, type: bigint, required: true}
                - {name: product_id, type: bigint, required: true}
                - {name: total, type: "decimal(12,2)", required: true}
                - {name: sold_on, type: date, required: true}
                """;
        String customers = """
                - {name: id, type: bigint, required: true, key: true}
                - {name: name, type: varchar, required: true}
                - {name: segment, type: varchar, required: true}
                - {name: city, type: varchar, required: true}
                """;
        String products = """
                - {name: id, type: bigint, required: true, key: true}
                - {name: category, type: varchar, required: true}
                - {name: brand, type: varchar, required: true}
                - {name: rate, type: "decimal(6,3)", required: true}
                """;
        source(root, "facts", "postgresql", postgres, table("sales", sales));
        source(root, "people", "mariadb", mariaDb, table("customers", customers) + table("products", products));
        view(root, "sales", "SELECT id, customer_id, product_id, total, sold_on FROM facts.sales", sales);
        view(root, "customers", "SELECT id, name, segment, city FROM people.customers", customers);
        view(root, "products", "SELECT id, category, brand, rate FROM people.products", products);
        return root;
    }

    private static String table(String name, String columns) {
        return "    - name: " + name + "\n      columns:\n" + columns.indent(8);
    }

    private static void source(Path root, String name, String kind, Fresh at, String tables) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("sources")).resolve(name + ".yaml"),
                """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s}
                spec:
                  kind: %s
                  connection: {host: %s, port: %d, database: %s, user: %s, password: "${env:%s}", tls: disabled}
                  tables:
                """.formatted(name, kind, at.host(), at.port(), at.name(), at.user(), name.toUpperCase(Locale.ROOT))
                        + tables);
    }

    private static void view(Path root, String name, String query, String columns) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("views")).resolve(name + ".yaml"),
                """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: star.%s, version: 1.0.0, title: Star, owner: bench}
                spec:
                  freshness: {maxStaleness: 15m}
                  query: %s
                  columns:
                """.formatted(name, query) + columns.indent(4));
    }

    List<Figure> figures() throws Exception {
        return List.of(
                star("star of one day's sales by city and category", DAY),
                star("star of 100,000 customers, one segment", SEGMENT),
                star("star of 1,000 products, dues by category", CATEGORIES),
                star("star of 1,000 products, distinct customers of one brand", BRAND),
                lookUp());
    }

    private Figure star(String name, String sql) throws Exception {
        System.err.println(name + ":\n" + kept.explain(sql));
        var medians = new Measurement(5, 21).alternate(() -> kept.rows(sql), () -> plain.rows(sql));
        return new Figure(
                "cache",
                name,
                "ms",
                medians.ours(),
                medians.baseline(),
                OptionalDouble.of(GOAL),
                "in this process; baseline: the same without dimensions");
    }

    /** What a dimension's one row adds to the fact's. */
    private Figure lookUp() throws Exception {
        var medians = new Measurement(50, 301)
                .alternate(() -> kept.rows(JOINED).size(), () -> kept.rows(FACT).size());
        return new Figure(
                "cache",
                "look-up join in 100,000 rows, on top of the fact",
                "ms",
                medians.ours() - medians.baseline(),
                1,
                OptionalDouble.of(1),
                "one sale with its customer's name less the same sale alone; baseline: the millisecond that it may take");
    }

    @Override
    public void close() throws SQLException {
        kept.close();
        plain.close();
        postgres.close();
        mariaDb.close();
    }
}
