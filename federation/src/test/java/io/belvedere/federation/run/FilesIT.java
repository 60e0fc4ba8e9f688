package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.FilesRoot;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.policy.Allow;
import io.belvedere.testkit.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet, CSV and DuckDB files as sources, alone and joined with PostgreSQL. */
class FilesIT {
    @TempDir
    static Path folder;

    private static TestDatabases.Fresh postgres;
    private static Sources sources;
    private static QueryMemory memory;
    private static DuckDbEngine engine;
    private static Runner runner;
    private static Catalog catalog;
    private static CatalogStatistics statistics;

    @BeforeAll
    static void load() throws SQLException, IOException {
        Path root = Files.createDirectories(folder.resolve("root/sales"));
        Files.createDirectories(folder.resolve("outside"));
        Files.createDirectories(folder.resolve("root-of-others"));
        try (var duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement()) {
            statement.execute(
                    "CREATE TABLE sales AS SELECT i AS id, i % 100 AS customer_id, CAST(i * 1.25 AS DECIMAL(10,2))"
                            + " AS total, TIMESTAMP '2026-01-01' + to_hours(CAST(i AS INT)) AS sold_at FROM range(10000) t(i)");
            copy(statement, "SELECT * FROM sales WHERE id < 5000", root.resolve("part-1.parquet"));
            copy(statement, "SELECT * FROM sales WHERE id >= 5000", root.resolve("part-2.parquet"));
            copy(statement, "SELECT 1.5 AS id, 'x' AS customer_id", root.resolve("drifted.parquet"));
            copy(statement, "SELECT 42 AS id", folder.resolve("outside/secret.parquet"));
            copy(statement, "SELECT 42 AS id", folder.resolve("root-of-others/secret.parquet"));
            Files.createSymbolicLink(root.resolve("link.parquet"), folder.resolve("outside/secret.parquet"));
            Files.createSymbolicLink(folder.resolve("root/elsewhere"), folder.resolve("outside"));
            statement.execute("ATTACH '" + folder.resolve("root/stores.duckdb") + "' AS stores");
            statement.execute("CREATE SCHEMA stores.shop");
            statement.execute("CREATE TABLE stores.shop.stores AS SELECT i AS id, 'Store ' || i AS name,"
                    + " TIMESTAMPTZ '2026-01-01 10:00:00+02' AS opened FROM range(10) t(i)");
            statement.execute("DETACH stores");
        }
        StringBuilder csv = new StringBuilder("id,name,segment,store_id\n");
        for (int i = 0; i < 100; i++) {
            csv.append(i)
                    .append(",\"Name \"\"")
                    .append(i)
                    .append("\"\"\",")
                    .append(i % 3 == 0 ? "" : i % 2 == 0 ? "gold" : "\"\"");
            csv.append(',').append(i % 10).append('\n');
        }
        Files.writeString(root.resolve("customers.csv"), csv);
        Files.writeString(root.resolve("broken.csv"), "id,amount\n1,10.25\n2,1.239\n");
        postgres = TestDatabases.freshPostgres("files");
        try (var connection = postgres.openAsAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE payments (sale_id bigint PRIMARY KEY, way text NOT NULL)");
            statement.execute("INSERT INTO payments SELECT i, CASE WHEN i % 2 = 0 THEN 'card' ELSE 'cash' END"
                    + " FROM generate_series(0, 9999) i");
            statement.execute("ANALYZE payments");
        }
        catalog = new Catalog(definitions(), VIEWS);
        sources = new Sources(
                catalog,
                Secrets.of(Map.of("PG_PASSWORD", postgres.password())),
                new FilesRoot(Optional.of(folder.resolve("root"))),
                SourceObserver.NONE);
        statistics = new CatalogStatistics(sources);
        memory = new QueryMemory();
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        runner = new Runner(sources, engine, memory, new Random(1));
        // The first plan of a JVM loads the planner, which on a busy machine takes longer than one plan may.
        plan("SELECT id FROM shop.sales");
    }

    private static void copy(Statement statement, String query, Path file) throws SQLException {
        statement.execute("COPY (" + query + ") TO '" + file + "' (FORMAT parquet)");
    }

    @AfterAll
    static void close() throws SQLException {
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        postgres.close();
    }

    private static final List<ViewDefinition> VIEWS = List.of(
            FederationFixture.view(
                    "shop.sales@1.0.0",
                    "SELECT id, customer_id, total, sold_at FROM sales.sales",
                    "id bigint!",
                    "customer_id bigint!",
                    "total decimal(10,2)!",
                    "sold_at timestamp"),
            FederationFixture.view(
                    "shop.customers@1.0.0",
                    "SELECT id, name, segment, store_id FROM customers.customers",
                    "id bigint!",
                    "name varchar!",
                    "segment varchar",
                    "store_id integer!"),
            FederationFixture.view(
                    "shop.stores@1.0.0",
                    "SELECT id, name, opened FROM stores.stores",
                    "id bigint!",
                    "name varchar!",
                    "opened timestamp with time zone"),
            FederationFixture.view(
                    "shop.payments@1.0.0",
                    "SELECT sale_id, way FROM payments.payments",
                    "sale_id bigint!",
                    "way varchar!"),
            FederationFixture.view(
                    "shop.broken@1.0.0",
                    "SELECT id, amount FROM customers.broken",
                    "id bigint!",
                    "amount decimal(10,2)"),
            FederationFixture.view("shop.drifted@1.0.0", "SELECT id FROM sales.drifted", "id bigint"),
            FederationFixture.view("shop.linked@1.0.0", "SELECT id FROM sales.linked", "id bigint"),
            FederationFixture.view("shop.absent@1.0.0", "SELECT id FROM sales.absent", "id bigint"),
            FederationFixture.view("shop.elsewhere@1.0.0", "SELECT id FROM elsewhere.secret", "id bigint"));

    private static List<SourceDefinition> definitions() throws IOException {
        Path files = Files.createDirectories(folder.resolve("catalog/sources"));
        Files.createDirectories(folder.resolve("catalog/views"));
        Files.writeString(files.resolve("sales.yaml"), source("sales", "parquet", "folder: sales", """
                    - name: sales
                      remote: {name: "part-*.parquet"}
                      columns:
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: customer_id, type: bigint, required: true}
                        - {name: total, type: "decimal(10,2)", required: true}
                        - {name: sold_at, type: timestamp}
                    - name: drifted
                      columns: [{name: id, type: bigint}]
                    - name: linked
                      remote: {name: link.parquet}
                      columns: [{name: id, type: bigint}]
                    - name: absent
                      columns: [{name: id, type: bigint}]
                """));
        Files.writeString(files.resolve("customers.yaml"), source("customers", "csv", "folder: sales", """
                    - name: customers
                      columns:
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: name, type: varchar, required: true}
                        - {name: segment, type: varchar}
                        - {name: store_id, type: integer, required: true}
                    - name: broken
                      columns: [{name: id, type: bigint, required: true}, {name: amount, type: "decimal(10,2)"}]
                """));
        Files.writeString(files.resolve("stores.yaml"), source("stores", "duckdb", "database: stores.duckdb", """
                    - name: stores
                      remote: {schema: shop}
                      columns:
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: name, type: varchar, required: true}
                        - {name: opened, type: timestamp with time zone}
                """));
        Files.writeString(files.resolve("elsewhere.yaml"), source("elsewhere", "parquet", "folder: elsewhere", """
                    - name: secret
                      columns: [{name: id, type: bigint}]
                """));
        Files.writeString(
                files.resolve("payments.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: payments}
                spec:
                  kind: postgresql
                  connection: {host: 127.0.0.1, port: %d, database: %s, user: %s, password: "${env:PG_PASSWORD}", tls: disabled}
                  tables:
                    - name: payments
                      columns:
                        - {name: sale_id, type: bigint, required: true, key: true}
                        - {name: way, type: varchar, required: true}
                """.formatted(postgres.port(), postgres.name(), postgres.user()));
        CatalogFiles loaded = new CatalogLoader(_ -> Optional.empty()).load(folder.resolve("catalog"));
        assertThat(loaded.problems()).isEmpty();
        return List.copyOf(loaded.catalog().sources());
    }

    private static String source(String name, String kind, String files, String tables) {
        return """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s}
                spec:
                  kind: %s
                  files: {%s}
                  tables:
                """.formatted(name, kind, files) + tables;
    }

    private static ExecutablePlan plan(String sql) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        Allow everything = FederationFixture.steward(query.views());
        return new Planner(statistics).plan(new Weaver().weave(query, everything), catalog);
    }

    private static List<List<String>> rows(String sql) {
        return rows(sql, Duration.ofSeconds(30));
    }

    private static List<List<String>> rows(String sql, Duration time) {
        List<List<String>> rows = new ArrayList<>();
        try (RowStream stream = runner.open(plan(sql), RunHarness.context(time))) {
            while (stream.next()) {
                for (int row = 0; row < stream.batch().getRowCount(); row++) {
                    List<String> values = new ArrayList<>();
                    for (FieldVector vector : stream.batch().getFieldVectors()) {
                        values.add(String.valueOf(vector.getObject(row)));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }

    @Test
    void aTableOfSeveralParquetFilesIsAggregatedWhereItStands() {
        String sql = "SELECT COUNT(*) AS n, SUM(total) AS s, MIN(sold_at) AS a FROM shop.sales WHERE customer_id < 50";

        assertThat(plan(sql).steps()).singleElement().isInstanceOf(Step.PassThrough.class);
        assertThat(rows(sql)).containsExactly(List.of("5000", "31090625.00", "2026-01-01T00:00"));
    }

    @Test
    void anEmptyFieldOfACsvFileIsNullAndAnEmptyTextIsNot() {
        assertThat(rows("SELECT COUNT(*) AS n, COUNT(segment) AS s, SUM(CASE WHEN segment = '' THEN 1 ELSE 0 END) AS e,"
                        + " MIN(name) AS name FROM shop.customers"))
                .containsExactly(List.of("100", "66", "33", "Name \"0\""));
    }

    @Test
    void aTableOfADatabaseFileIsReadWithItsSchema() {
        assertThat(rows("SELECT name, opened FROM shop.stores WHERE id = 3"))
                .containsExactly(List.of("Store 3", "1767254400000000"));
    }

    @Test
    void filesOfThreeKindsAndPostgresAreJoined() {
        assertThat(rows("SELECT p.way, t.name AS store, COUNT(*) AS n, SUM(s.total) AS total FROM shop.sales s"
                        + " JOIN shop.customers c ON c.id = s.customer_id JOIN shop.stores t ON t.id = c.store_id"
                        + " JOIN shop.payments p ON p.sale_id = s.id"
                        + " WHERE c.segment = 'gold' AND t.id < 3 GROUP BY p.way, t.name ORDER BY t.name"))
                .containsExactly(
                        List.of("card", "Store 0", "600", "3746250.00"),
                        List.of("card", "Store 2", "700", "4374250.00"));
    }

    @Test
    void keysAreShippedIntoFiles() {
        String sql = "SELECT s.id, s.total FROM shop.payments p JOIN shop.sales s ON s.id = p.sale_id"
                + " WHERE p.sale_id IN (7, 4999, 5000)";

        assertThat(rows(sql + " ORDER BY s.id"))
                .containsExactly(List.of("7", "8.75"), List.of("4999", "6248.75"), List.of("5000", "6250.00"));
    }

    @Test
    void textsAreComparedAsTheyAre() {
        assertThat(rows("SELECT id FROM shop.customers WHERE name = 'Name \"7\"' AND name <> 'x'' or 1=1 -- \\'"))
                .containsExactly(List.of("7"));
    }

    @Test
    void aTextThatTheDeclaredTypeWouldRoundIsAnError() {
        assertThatThrownBy(() -> rows("SELECT SUM(amount) AS a FROM shop.broken"))
                .isInstanceOfSatisfying(
                        BelvedereException.class, e -> assertThat(e.code()).isEqualTo(FederationError.DATA_ERROR));
    }

    @Test
    void aFileThatIsNotAsDeclaredOrNotThereOrALinkIsDrift() {
        for (String view : List.of("drifted", "absent", "linked")) {
            assertThatThrownBy(() -> rows("SELECT id FROM shop." + view))
                    .as(view)
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            e -> assertThat(e.code()).isEqualTo(FederationError.SCHEMA_DRIFT));
        }
    }

    @Test
    void aFolderThatIsALinkIsNotRead() {
        assertThatThrownBy(() -> rows("SELECT id FROM shop.elsewhere"))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        e -> assertThat(e.code()).isEqualTo(FederationError.SOURCE_UNAVAILABLE));
    }

    @Test
    void aStatementThatTakesTooLongIsStoppedAndTheSourceServesOn() {
        String sql = "SELECT COUNT(*) AS n FROM shop.sales a JOIN shop.sales b ON b.customer_id = a.customer_id"
                + " JOIN shop.sales c ON c.customer_id = b.customer_id JOIN shop.sales d ON d.customer_id = c.customer_id"
                + " WHERE a.total + b.total + c.total + d.total > 1";

        assertThatThrownBy(() -> rows(sql, Duration.ofSeconds(2)))
                .isInstanceOfSatisfying(
                        BelvedereException.class, e -> assertThat(e.code()).isEqualTo(FederationError.TIMED_OUT));
        assertThat(rows("SELECT COUNT(*) AS n FROM shop.sales")).containsExactly(List.of("10000"));
    }

    @Test
    void statisticsAreCounted() {
        TableStatistics known =
                statistics.find(new TableName(new SourceName("sales"), "sales")).orElseThrow();

        assertThat(known.rows()).isEqualTo(10_000);
        assertThat(known.columns().get(new ColumnName("customer_id")).distinct())
                .isBetween(80.0, 120.0);
    }
}
