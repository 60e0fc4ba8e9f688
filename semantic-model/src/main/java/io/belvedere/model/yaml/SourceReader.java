package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.yaml.LoadedFile.OfSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file of kind Source, bound and validated, to a definition. */
final class SourceReader {
    private final Variables variables;
    private final Places places;
    private final Problems problems;

    SourceReader(Variables variables, Places places, Problems problems) {
        this.variables = variables;
        this.places = places;
        this.problems = problems;
    }

    /** The source; empty when the file has a problem, which is then reported. */
    Optional<OfSource> read(String path, SourceSpec spec) {
        SourceSpec.Metadata metadata = spec.metadata();
        SourceSpec.Body body = spec.spec();
        if (metadata == null || body == null) {
            return Optional.empty();
        }
        String nameText = metadata.name();
        Optional<SourceName> name = nameText == null
                ? Optional.empty()
                : problems.attempt(places.of(metadata, "name"), () -> new SourceName(nameText));
        List<Shard> shards = new ShardReader(variables, places, problems).read(body, name);
        List<SourceTable> tables = name.map(source -> tables(body, source)).orElse(List.of());
        Optional<Split> split = new SplitReader(places, problems).read(body, name);
        SourceLimits limits = limits(body);
        SourceKind kind = body.kind();
        if (!problems.none() || kind == null || name.isEmpty()) {
            return Optional.empty();
        }
        return problems.attempt(places.of(body), () -> {
                    String description = SpecValues.orEmpty(metadata.description());
                    SourceDefinition unpinned =
                            new SourceDefinition(name.get(), kind, description, shards, split, tables, limits, "");
                    return unpinned.withHash(CanonicalForm.hash(unpinned));
                })
                .map(source -> new OfSource(path, places.of(metadata, "name"), source));
    }

    private List<SourceTable> tables(SourceSpec.Body body, SourceName source) {
        SpecValues.refuseTwice("table", body.tables(), SourceSpec.TableSpec::name, places, problems);
        List<SourceTable> tables = new ArrayList<>();
        for (SourceSpec.TableSpec table : SpecValues.present(body.tables())) {
            String name = table.name();
            if (name != null) {
                List<SourceColumn> columns = columns(table);
                table(source, suffix(body.kind()), name, table, columns).ifPresent(tables::add);
            }
        }
        return tables;
    }

    /** What a table's file is called after the table's name. */
    private static String suffix(@Nullable SourceKind kind) {
        return switch (kind) {
            case PARQUET -> ".parquet";
            case CSV -> ".csv";
            case POSTGRESQL, MARIADB, MYSQL, ORACLE, SQLSERVER, DUCKDB -> "";
            case null -> "";
        };
    }

    private Optional<SourceTable> table(
            SourceName source, String suffix, String name, SourceSpec.TableSpec table, List<SourceColumn> columns) {
        Optional<TableName> tableName = problems.attempt(places.of(table, "name"), () -> new TableName(source, name));
        if (tableName.isEmpty() || !problems.none()) {
            return Optional.empty();
        }
        SourceSpec.RemoteSpec remote = table.remote();
        Optional<String> schema = Optional.ofNullable(remote).map(SourceSpec.RemoteSpec::schema);
        String remoteName =
                Optional.ofNullable(remote).map(SourceSpec.RemoteSpec::name).orElse(name + suffix);
        Position at = remote == null ? places.of(table, "name") : places.of(remote);
        return problems.attempt(at, () -> new SourceTable(tableName.get(), schema, remoteName, columns));
    }

    private List<SourceColumn> columns(SourceSpec.TableSpec table) {
        SpecValues.refuseTwice("column", table.columns(), SourceSpec.TableColumnSpec::name, places, problems);
        List<SourceColumn> columns = new ArrayList<>();
        for (SourceSpec.TableColumnSpec column : SpecValues.present(table.columns())) {
            column(column).ifPresent(columns::add);
        }
        return columns;
    }

    private Optional<SourceColumn> column(SourceSpec.TableColumnSpec column) {
        Optional<ColumnName> name = SpecValues.columnName(column, column.name(), places, problems);
        Optional<DataType> type = SpecValues.type(column, column.type(), places, problems);
        var classes = SpecValues.classes(column, column.classification(), places, problems);
        if (name.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        String remote = Objects.requireNonNullElse(column.remote(), name.get().value());
        return problems.attempt(
                places.of(column, "remote"),
                () -> new SourceColumn(
                        name.get(),
                        remote,
                        type.get(),
                        SpecValues.presence(column.required()),
                        SpecValues.keyPart(column.key()),
                        classes));
    }

    /** The limits; of those that the constraints refused, the default, because then the source is not made. */
    private SourceLimits limits(SourceSpec.Body body) {
        SourceSpec.LimitSpec limits = body.limits();
        SourceLimits byDefault = SourceLimits.DEFAULT;
        if (limits == null) {
            return byDefault;
        }
        Duration timeout = SpecValues.duration(limits.statementTimeout(), byDefault.statementTimeout());
        Optional<SourceLimits> timed = problems.attempt(
                places.of(limits, "statementTimeout"),
                () -> new SourceLimits(byDefault.concurrency(), timeout, byDefault.rowsMax()));
        if (timed.isEmpty() || !problems.none()) {
            return byDefault;
        }
        Integer concurrency = limits.concurrency();
        Long rows = limits.maxRows();
        Integer shards = limits.maxShards();
        return new SourceLimits(
                concurrency == null ? byDefault.concurrency() : concurrency,
                timeout,
                rows == null ? byDefault.rowsMax() : rows,
                shards == null ? byDefault.shardsMax() : shards,
                Optional.ofNullable(limits.maxLag()).map(lag -> SpecValues.duration(lag, timeout)));
    }
}
