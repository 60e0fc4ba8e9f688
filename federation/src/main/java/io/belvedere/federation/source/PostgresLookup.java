package io.belvedere.federation.source;

import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.Frequent;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceTable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL: {@code pg_class} and {@code pg_stats}, the latter for columns our account may read. */
enum PostgresLookup implements Lookup {
    INSTANCE;

    /** Without those whose text is equal where it differs: a non-deterministic collation and citext compare 'a' and 'A' as one. */
    private static final String COLUMNS = "SELECT a.attname, COALESCE(base.typname, t.typname)"
            + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
            + " LEFT JOIN pg_catalog.pg_type base ON t.typtype = 'd' AND base.oid = t.typbasetype"
            + " LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation"
            + " WHERE a.attrelid = pg_catalog.to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped"
            + " AND COALESCE(base.typname, t.typname) <> 'citext' AND COALESCE(c.collisdeterministic, true)";

    private static final String ROWS =
            "SELECT reltuples FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(?)";
    private static final String STATISTICS = "SELECT s.attname, s.null_frac, s.n_distinct,"
            + " s.most_common_vals::text::text[], s.most_common_freqs::float8[], s.histogram_bounds::text::text[]"
            + " FROM pg_catalog.pg_stats s JOIN pg_catalog.pg_class c ON c.relname = s.tablename"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname"
            + " WHERE c.oid = pg_catalog.to_regclass(?) ORDER BY s.inherited";

    /** What {@code CREATE STATISTICS} counts of several columns, where our account may read them: the form of it that is an object, by their numbers. */
    private static final String TOGETHER = "SELECT ARRAY(SELECT a.attname::text"
            + " FROM unnest(string_to_array(known.key, ', ')::int[]) AS one(number) LEFT JOIN pg_catalog.pg_attribute a"
            + " ON a.attrelid = c.oid AND a.attnum = one.number), known.value::float8"
            + " FROM pg_catalog.pg_stats_ext s JOIN pg_catalog.pg_class c ON c.relname = s.tablename"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname"
            + " CROSS JOIN LATERAL json_each_text(CASE json_typeof(s.n_distinct::text::json) WHEN 'object'"
            + " THEN s.n_distinct::text::json ELSE '{}' END) AS known"
            + " WHERE c.oid = pg_catalog.to_regclass(?) AND s.n_distinct IS NOT NULL ORDER BY s.inherited";
    /** The first that has statistics of several columns in a view. */
    private static final int TOGETHER_SINCE = 12;

    @Override
    public Map<String, String> columns(Connection connection, SourceTable table) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, qualifiedName(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return types;
    }

    @Override
    public Optional<TableStatistics> statistics(Connection connection, SourceTable table) throws SQLException {
        double count = rows(connection, table);
        if (count < 0) {
            return Optional.empty();
        }
        Map<String, SourceColumn> byRemoteName = new HashMap<>();
        table.columns().forEach(column -> byRemoteName.put(column.remoteName(), column));
        Map<ColumnName, ColumnStatistics> columns = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STATISTICS)) {
            statement.setString(1, qualifiedName(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    SourceColumn column = byRemoteName.get(rows.getString(1));
                    if (column != null) {
                        columns.put(column.name(), column(rows, column.type(), count));
                    }
                }
            }
        }
        return Optional.of(new TableStatistics(count, columns, Map.of(), together(connection, table, byRemoteName)));
    }

    private static Map<Set<ColumnName>, Double> together(
            Connection connection, SourceTable table, Map<String, SourceColumn> byRemoteName) throws SQLException {
        Map<Set<ColumnName>, Double> together = new HashMap<>();
        if (connection.getMetaData().getDatabaseMajorVersion() < TOGETHER_SINCE) {
            return together;
        }
        try (PreparedStatement statement = connection.prepareStatement(TOGETHER)) {
            statement.setString(1, qualifiedName(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    // An expression has no name, and a column may not be ours.
                    List<String> names =
                            Arrays.asList((String[]) rows.getArray(1).getArray());
                    if (byRemoteName.keySet().containsAll(names)) {
                        together.put(Lookup.named(names, byRemoteName), rows.getDouble(2));
                    }
                }
            }
        }
        return together;
    }

    /** Estimated rows; below zero when the table was never analysed or is none. */
    private static double rows(Connection connection, SourceTable table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            statement.setString(1, qualifiedName(table));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getDouble(1) : -1;
            }
        }
    }

    private static ColumnStatistics column(ResultSet row, DataType type, double count) throws SQLException {
        double distinct = row.getDouble(3);
        List<String> values = texts(row.getArray(4));
        List<Double> shares = numbers(row.getArray(5));
        List<Frequent> frequent = new ArrayList<>();
        for (int i = 0; i < Math.min(values.size(), shares.size()); i++) {
            double share = shares.get(i);
            Literals.parse(type, values.get(i)).ifPresent(value -> frequent.add(new Frequent(value, share)));
        }
        List<Literal> bounds = new ArrayList<>();
        for (String bound : texts(row.getArray(6))) {
            Literals.parse(type, bound).ifPresent(bounds::add);
        }
        // Below zero it is the share of rows that are distinct.
        return new ColumnStatistics(distinct < 0 ? -distinct * count : distinct, row.getDouble(2), frequent, bounds);
    }

    private static List<String> texts(Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    private static List<Double> numbers(Array array) throws SQLException {
        return array == null ? List.of() : List.of((Double[]) array.getArray());
    }

    private static String qualifiedName(SourceTable table) {
        String name = quote(table.remoteName());
        return table.remoteSchema().map(schema -> quote(schema) + "." + name).orElse(name);
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
