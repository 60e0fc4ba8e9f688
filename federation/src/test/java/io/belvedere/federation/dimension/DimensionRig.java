package io.belvedere.federation.dimension;

import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.SourceName;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.LongSupplier;

/** Dimensions of a PostgreSQL database, {@code pg}, and a MariaDB database, {@code maria}, each behind a proxy; all but their time is real. */
final class DimensionRig implements AutoCloseable {
    static final String TABLE =
            "CREATE TABLE items (id BIGINT, label VARCHAR(40), price DECIMAL(10,2), changed TIMESTAMP NULL)";

    final TestDatabases.Fresh postgres = TestDatabases.freshPostgres("dimensions");
    final TestDatabases.Fresh mariaDb = TestDatabases.freshMariaDb("dimensions");
    final FaultProxy postgresProxy = FaultProxy.before(postgres.port());
    final FaultProxy mariaDbProxy = FaultProxy.before(mariaDb.port());
    final QueryMemory memory = new QueryMemory(256 << 20, 64 << 20);
    final Dimensions dimensions;
    final PlannedSource source;
    final Sources sources;
    private final DuckDbEngine engine;
    private final Runner runner;
    private final Path folder;
    private Catalog catalog;

    DimensionRig(Path folder, DimensionLimits limits, LongSupplier ticker, Clock clock)
            throws SQLException, IOException {
        this.folder = folder;
        postgres.execute(TABLE);
        mariaDb.execute(TABLE);
        Files.createDirectories(folder.resolve("sources"));
        Files.createDirectories(folder.resolve("dimensions"));
        write("pg", "postgresql", postgresProxy.port(), postgres);
        write("maria", "mariadb", mariaDbProxy.port(), mariaDb);
        this.catalog = load();
        this.sources = new Sources(
                catalog, Secrets.of(Map.of("PG_PASSWORD", postgres.password(), "MARIA_PASSWORD", mariaDb.password())));
        this.engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        this.runner = new Runner(sources, engine, memory, new Random(1));
        this.source = new PlannedSource(new Planner(_ -> Optional.empty()), runner, clock, limits);
        this.dimensions = new Dimensions(
                source,
                new Loads(() -> new QueryId(UUID.randomUUID()), SourceRecords.NONE, () -> {}),
                memory,
                limits,
                ticker,
                clock);
    }

    private void write(String name, String kind, int port, TestDatabases.Fresh database) throws IOException {
        Files.writeString(folder.resolve("sources/" + name + ".yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s}
                spec:
                  kind: %s
                  connection: {host: 127.0.0.1, port: %d, database: %s, user: %s, password: "${env:%s_PASSWORD}", tls: disabled}
                  tables:
                    - name: items
                      columns:
                        - {name: id, type: bigint, key: true}
                        - {name: label, type: varchar}
                        - {name: price, type: "decimal(10,2)"}
                        - {name: changed, type: timestamp}
                """.formatted(
                        name, kind, port, database.name(), database.user(), name.toUpperCase(java.util.Locale.ROOT)));
    }

    /** Defines a dimension {@code ref.<name>}, by what stands under {@code spec}. */
    void define(String name, String spec) throws IOException {
        Files.writeString(folder.resolve("dimensions/" + name + ".yaml"), """
                apiVersion: belvedere.io/v1
                kind: Dimension
                metadata: {name: ref.%s}
                spec:
                """.formatted(name) + spec.indent(2));
    }

    /** Turns to what was defined. */
    void reload() {
        catalog = load();
        dimensions.reload(catalog);
    }

    private Catalog load() {
        CatalogFiles files = new CatalogLoader(Variables.of(Map.of())).load(folder);
        if (!files.problems().isEmpty()) {
            throw new AssertionError(files.problems());
        }
        return files.catalog();
    }

    Catalog catalog() {
        return catalog;
    }

    DimensionDefinition dimension(String name) {
        return catalog.dimensions().stream()
                .filter(dimension -> dimension.name().table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    SourceDefinition definition(String name) {
        return catalog.findSource(new SourceName(name)).orElseThrow();
    }

    DimensionStatus status(String name) {
        return dimensions.statuses().stream()
                .filter(status -> status.name().table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Fails when memory was left behind. */
    @Override
    public void close() throws SQLException {
        dimensions.close();
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        postgresProxy.close();
        mariaDbProxy.close();
        postgres.close();
        mariaDb.close();
    }
}
