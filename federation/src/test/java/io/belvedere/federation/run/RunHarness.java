package io.belvedere.federation.run;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.federation.dimension.FixedDimensions;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A runner over given sources, and the few words in which tests write plans. Closing it fails when memory was left behind. */
final class RunHarness implements AutoCloseable {
    static final String PASSWORD = "PASSWORD";

    final QueryMemory memory;
    final DuckDbEngine engine;
    final Sources sources;
    final Runner runner;

    RunHarness(Path spill, String password, SourceDefinition... definitions) {
        this(spill, Map.of(PASSWORD, password), definitions);
    }

    RunHarness(Path spill, Map<String, String> environment, SourceDefinition... definitions) {
        this(spill, Secrets.of(environment), SourceObserver.NONE, definitions);
    }

    RunHarness(Path spill, Secrets secrets, SourceObserver observer, SourceDefinition... definitions) {
        this.memory = new QueryMemory();
        this.engine = new DuckDbEngine(DuckDbSettings.defaults(spill));
        this.sources = new Sources(new Catalog(List.of(definitions), List.of()), secrets, observer);
        this.runner = new Runner(sources, engine, memory, new Random(1), FederationFixture.HASH_KEYS);
    }

    static SourceDefinition source(String name, SourceKind kind, SourceLimits limits, Connection... connections) {
        return source(name, kind, limits, List.of(), connections);
    }

    static SourceDefinition source(
            String name, SourceKind kind, SourceLimits limits, List<SourceTable> tables, Connection... connections) {
        List<Shard> shards = new ArrayList<>();
        for (Connection connection : connections) {
            shards.add(new Shard(name + "_" + shards.size(), connection));
        }
        Optional<Split> split =
                shards.size() == 1 ? Optional.empty() : Optional.of(new Split(Map.of(), new Split.Opaque()));
        List<SourceTable> declared = tables.isEmpty() ? List.of(table(name, "unused_table", "id")) : tables;
        return new SourceDefinition(new SourceName(name), kind, "", shards, split, declared, limits, "hash");
    }

    static SourceTable table(String source, String name, String... columns) {
        List<SourceColumn> declared = new ArrayList<>();
        for (String column : columns) {
            declared.add(new SourceColumn(
                    new ColumnName(column), column, DataType.Simple.BIGINT, Presence.OPTIONAL, KeyPart.NONE, Set.of()));
        }
        return new SourceTable(new TableName(new SourceName(source), name), Optional.empty(), name, declared);
    }

    static Connection connection(int port, String database, String user) {
        return connection(port, database, user, PASSWORD);
    }

    static Connection connection(int port, String database, String user, String passwordVariable) {
        return new Connection(
                "127.0.0.1",
                port,
                database,
                user,
                new SecretReference.Environment(passwordVariable),
                Connection.TlsMode.DISABLED);
    }

    static final String MARIADB_PASSWORD = "MARIADB_PASSWORD";

    /** A runner over one PostgreSQL database, {@code pg}, and one MariaDB database, {@code maria}. */
    static RunHarness over(Path spill, TestDatabases.Fresh postgres, TestDatabases.Fresh mariaDb, SourceLimits limits) {
        return new RunHarness(
                spill,
                Map.of(PASSWORD, postgres.password(), MARIADB_PASSWORD, mariaDb.password()),
                source(
                        "pg",
                        SourceKind.POSTGRESQL,
                        limits,
                        connection(postgres.port(), postgres.name(), postgres.user())),
                source(
                        "maria",
                        SourceKind.MARIADB,
                        limits,
                        connection(mariaDb.port(), mariaDb.name(), mariaDb.user(), MARIADB_PASSWORD)));
    }

    static OutputColumn column(String name, DataType type) {
        return new OutputColumn(name, type, Presence.OPTIONAL);
    }

    static OutputColumn column(String name, String type) {
        return column(name, DataType.parse(type));
    }

    static Step.Fetch fetch(String name, String source, String sql, Step.Use use, OutputColumn... columns) {
        return new Step.Fetch(
                name,
                new SourceName(source),
                new SqlTemplate(List.of(new SqlTemplate.Text(sql))),
                List.of(0),
                List.of(),
                use,
                List.of(columns));
    }

    /** The keys of a step's columns. */
    static KeyShipment keys(String from, int keysMax, OutputColumn... columns) {
        return new KeyShipment(
                from,
                Stream.of(columns)
                        .map(column -> new KeyShipment.KeyColumn(column.name(), column.type()))
                        .toList(),
                keysMax);
    }

    /** A fetch with keys: {@code before}, and the condition on {@code keyColumns}. */
    static Step.Fetch fetchByKeys(
            String name,
            String source,
            String before,
            List<String> keyColumns,
            KeyShipment keys,
            OutputColumn... columns) {
        return new Step.Fetch(
                name,
                new SourceName(source),
                new SqlTemplate(List.of(new SqlTemplate.Text(before), new SqlTemplate.KeysPlace(0, keyColumns))),
                List.of(0),
                List.of(keys),
                Step.Use.ONCE,
                List.of(columns));
    }

    static RunContext context(Duration time) {
        return new RunContext(new QueryId(UUID.randomUUID()), Deadline.after(time), new Timeline(Instant.EPOCH));
    }

    /** The store with a dimension's rows, as its source has them now; of the columns of one table. */
    void keep(FixedDimensions store, DimensionDefinition dimension, String from) {
        String columns = dimension.columns().stream()
                .map(SourceColumn::remoteName)
                .collect(java.util.stream.Collectors.joining(", "));
        Step.Fetch fetch = fetch(
                "f0",
                dimension.source().value(),
                "SELECT " + columns + " FROM " + from,
                Step.Use.ONCE,
                DimensionRows.columns(dimension).toArray(OutputColumn[]::new));
        List<VectorSchemaRoot> batches = new ArrayList<>();
        try (RowStream stream =
                runner.open(PlanFixtures.plan(new Step.PassThrough(fetch)), context(Duration.ofSeconds(30)))) {
            while (stream.next()) {
                batches.add(store.moved(stream.batch()));
            }
        }
        store.keep(dimension, Instant.now(), batches);
    }

    /** Every row of a plan's result, as Java values, and the timeline it left. */
    Answer run(ExecutablePlan plan) {
        return run(plan, context(Duration.ofSeconds(30)));
    }

    Answer run(ExecutablePlan plan, RunContext context) {
        List<List<Object>> rows = new ArrayList<>();
        try (RowStream stream = runner.open(plan, context)) {
            while (stream.next()) {
                addRows(stream.batch(), rows);
            }
            return new Answer(rows, stream.incompleteSources(), context.timeline());
        }
    }

    static void addRows(VectorSchemaRoot batch, List<List<Object>> rows) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            List<Object> values = new ArrayList<>();
            for (FieldVector vector : batch.getFieldVectors()) {
                Object value = vector.getObject(row);
                values.add(value instanceof org.apache.arrow.vector.util.Text text ? text.toString() : value);
            }
            rows.add(values);
        }
    }

    record Answer(List<List<Object>> rows, List<String> incomplete, Timeline timeline) {
        List<Timeline.FetchFacts> fetches() {
            return timeline.entries().stream()
                    .flatMap(entry -> entry.fetch().stream())
                    .toList();
        }
    }

    @Override
    public void close() {
        runner.close();
        sources.close();
        engine.close();
        memory.close();
    }
}
