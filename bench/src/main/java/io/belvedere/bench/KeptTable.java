package io.belvedere.bench;

import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.DimensionIndex;
import io.belvedere.federation.dimension.DimensionKeeper;
import io.belvedere.federation.dimension.DimensionLimits;
import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.federation.dimension.Lease;
import io.belvedere.federation.dimension.Loads;
import io.belvedere.federation.dimension.SourceRecords;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.testkit.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One table of 100,000 rows in PostgreSQL, kept as a dimension in this process: how long it takes to load, what it takes in memory, what a look-up costs. */
final class KeptTable implements AutoCloseable {
    private static final int ROWS = 100_000;
    private static final int LOOKUPS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SECRET = "BENCH";

    private final TestDatabases.Fresh database;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final DimensionKeeper keeper;
    private final DimensionDefinition definition;

    KeptTable(Path folder) throws IOException, SQLException {
        database = TestDatabases.freshPostgres("kept_table");
        database.execute(
                """
                CREATE TABLE products AS SELECT id::bigint, 'product number ' || id AS name, (id %% 9973)::numeric(12,2) AS price,
                  'category ' || id %% 40 AS category, DATE '2026-01-01' + (id %% 300)::integer AS since
                FROM generate_series(1, %d) AS id""".formatted(ROWS), "ALTER TABLE products ADD PRIMARY KEY (id)", "GRANT SELECT ON products TO PUBLIC");
        Map<String, String> secrets = Map.of(SECRET, database.password());
        Catalog catalog = catalog(folder.resolve("kept-table"), secrets);
        definition = catalog.dimensions().iterator().next();
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        sources = new Sources(catalog, Secrets.of(secrets));
        keeper = new DimensionKeeper(
                sources,
                new Planner(_ -> Optional.empty()),
                new Runner(sources, engine, memory, new Random(1)),
                memory,
                DimensionLimits.DEFAULT,
                new Loads(() -> new QueryId(UUID.randomUUID()), SourceRecords.NONE, () -> {}),
                Clock.systemUTC());
        keeper.reload(catalog);
        keeper.start();
    }

    private Catalog catalog(Path root, Map<String, String> secrets) throws IOException {
        Files.createDirectories(root.resolve("sources"));
        Files.createDirectories(root.resolve("dimensions"));
        Files.writeString(root.resolve("sources/raw.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: raw}
                spec:
                  kind: postgresql
                  connection: {host: %s, port: %d, database: %s, user: %s, password: "${env:%s}", tls: disabled}
                  tables:
                    - name: products
                      columns:
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: name, type: varchar}
                        - {name: price, type: "decimal(12,2)"}
                        - {name: category, type: varchar}
                        - {name: since, type: date}
                """.formatted(
                        database.host(), database.port(), database.name(), database.user(), SECRET));
        Files.writeString(root.resolve("dimensions/products.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Dimension
                metadata: {name: ref.products, description: Products.}
                spec: {source: raw, table: products}
                """);
        CatalogFiles loaded = new CatalogLoader(Variables.of(secrets)).load(root);
        if (!loaded.problems().isEmpty()) {
            throw new IllegalStateException("the catalog is broken: " + loaded.problems());
        }
        return loaded.catalog();
    }

    List<Figure> figures() throws Exception {
        try (Connection plain = database.openAsReader()) {
            var load = new Measurement(2, 5).alternate(this::load, () -> read(plain));
            var lookup = new Measurement(2, 5).alternate(this::lookUp, () -> lookUp(plain));
            return List.of(
                    new Figure(
                            "cache",
                            "dimension of 100,000 rows, load",
                            "ms",
                            load.ours(),
                            load.baseline(),
                            OptionalDouble.empty(),
                            Math.round(ROWS / load.ours())
                                    + " rows/ms with its index; baseline: JDBC reads the rows and drops them"),
                    bytesPerRow(),
                    new Figure(
                            "cache",
                            "dimension of 100,000 rows, look-up by key",
                            "µs",
                            lookup.ours() * 1_000 / LOOKUPS,
                            lookup.baseline() * 1_000 / LOOKUPS,
                            OptionalDouble.empty(),
                            LOOKUPS + " keys one by one; baseline: a prepared statement each"));
        }
    }

    private long load() {
        return keeper.dimensions()
                .refresh(definition.name(), Deadline.after(PATIENCE))
                .flatMap(status -> status.kept())
                .orElseThrow()
                .rows();
    }

    private static long read(Connection plain) throws SQLException {
        long rows = 0;
        try (var statement = plain.createStatement();
                ResultSet all = statement.executeQuery("SELECT id, name, price, category, since FROM products")) {
            while (all.next()) {
                for (int column = 1; column <= 5; column++) {
                    var _ = all.getObject(column);
                }
                rows++;
            }
        }
        return rows;
    }

    private Lease lease() {
        return keeper.dimensions()
                .find(definition, definition.staleMax(), Deadline.after(PATIENCE))
                .orElseThrow();
    }

    private Figure bytesPerRow() {
        try (Lease lease = lease()) {
            DimensionRows rows = lease.rows();
            long raw = 0;
            for (VectorSchemaRoot batch : rows.batches()) {
                for (FieldVector column : batch.getFieldVectors()) {
                    raw += column.getBufferSize();
                }
            }
            return new Figure(
                    "cache",
                    "dimension of 100,000 rows, memory",
                    "B/row",
                    (double) rows.bytes() / rows.rowCount(),
                    (double) raw / rows.rowCount(),
                    OptionalDouble.empty(),
                    "with the index by key; baseline: the rows as Arrow buffers alone");
        }
    }

    /** Sum of the keys whose rows were found. */
    private long lookUp() {
        try (Lease lease = lease()) {
            DimensionIndex index = lease.rows().index().orElseThrow();
            long found = 0;
            for (long turn = 0; turn < LOOKUPS; turn++) {
                if (index.find(List.of(key(turn))).isPresent()) {
                    found += key(turn);
                }
            }
            return found;
        }
    }

    private static long lookUp(Connection plain) throws SQLException {
        long found = 0;
        try (var statement = plain.prepareStatement("SELECT id, name FROM products WHERE id = ?")) {
            for (long turn = 0; turn < LOOKUPS; turn++) {
                statement.setLong(1, key(turn));
                try (ResultSet row = statement.executeQuery()) {
                    found += row.next() ? row.getLong(1) : 0;
                }
            }
        }
        return found;
    }

    private static long key(long turn) {
        return 1 + turn * 7919 % ROWS;
    }

    @Override
    public void close() throws SQLException {
        keeper.close();
        sources.close();
        engine.close();
        memory.close();
        database.close();
    }
}
