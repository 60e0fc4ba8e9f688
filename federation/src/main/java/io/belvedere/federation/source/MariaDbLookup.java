package io.belvedere.federation.source;

import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * MariaDB and MySQL: {@code information_schema}, where only columns that lead an index have a number of distinct values; of the others a
 * sample tells.
 */
enum MariaDbLookup implements Lookup {
    INSTANCE;

    private static final String WHERE = " WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?";
    private static final String COLUMNS = "SELECT column_name, data_type FROM information_schema.columns" + WHERE;
    private static final String TEXTS = "SELECT column_name, character_set_name, collation_name"
            + " FROM information_schema.columns" + WHERE + " AND collation_name IS NOT NULL";
    private static final String ROWS = "SELECT table_rows FROM information_schema.tables" + WHERE;
    private static final String DISTINCT = "SELECT column_name, MAX(cardinality) FROM information_schema.statistics"
            + WHERE + " AND seq_in_index = 1 GROUP BY column_name";

    /** Of an index over several columns, how many keys there are of its first two, three and so on. */
    private static final String TOGETHER =
            "SELECT index_name, column_name, cardinality FROM information_schema.statistics" + WHERE
                    + " ORDER BY index_name, seq_in_index";

    @Override
    public Map<String, String> columns(Connection connection, SourceTable table) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, COLUMNS, table);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                types.put(rows.getString(1), rows.getString(2));
            }
        }
        return types;
    }

    @Override
    public Optional<TableStatistics> statistics(Connection connection, SourceTable table) throws SQLException {
        double count;
        try (PreparedStatement statement = prepare(connection, ROWS, table);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            count = row.getDouble(1);
            if (row.wasNull()) {
                return Optional.empty();
            }
        }
        Map<String, SourceColumn> byRemoteName = new HashMap<>();
        table.columns().forEach(column -> byRemoteName.put(column.remoteName(), column));
        Map<ColumnName, ColumnStatistics> columns = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, DISTINCT, table);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                SourceColumn column = byRemoteName.get(rows.getString(1));
                double distinct = rows.getDouble(2);
                if (column != null && distinct > 0) {
                    columns.put(column.name(), new ColumnStatistics(distinct, 0, List.of(), List.of()));
                }
            }
        }
        List<SourceColumn> unknown = table.columns().stream()
                .filter(column -> !columns.containsKey(column.name()) && MariaDbSample.suits(column))
                .toList();
        columns.putAll(MariaDbSample.of(connection, table, unknown, count));
        return Optional.of(new TableStatistics(
                count, columns, texts(connection, table, byRemoteName), together(connection, table, byRemoteName)));
    }

    private static Map<Set<ColumnName>, Double> together(
            Connection connection, SourceTable table, Map<String, SourceColumn> byRemoteName) throws SQLException {
        Map<Set<ColumnName>, Double> together = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, TOGETHER, table);
                ResultSet rows = statement.executeQuery()) {
            String index = "";
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                if (!index.equals(rows.getString(1))) {
                    index = rows.getString(1);
                    names.clear();
                }
                // An index over an expression has a column without a name.
                names.add(rows.getString(2));
                double keys = rows.getDouble(3);
                if (names.size() > 1 && keys > 0 && byRemoteName.keySet().containsAll(names)) {
                    together.merge(Lookup.named(names, byRemoteName), keys, Math::max);
                }
            }
        }
        return together;
    }

    private static Map<ColumnName, TextColumn> texts(
            Connection connection, SourceTable table, Map<String, SourceColumn> byRemoteName) throws SQLException {
        Map<ColumnName, TextColumn> texts = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, TEXTS, table);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                SourceColumn column = byRemoteName.get(rows.getString(1));
                if (column != null) {
                    TextColumn.of(rows.getString(2), rows.getString(3))
                            .ifPresent(text -> texts.put(column.name(), text));
                }
            }
        }
        return texts;
    }

    private static PreparedStatement prepare(Connection connection, String sql, SourceTable table) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, table.remoteSchema().orElse(null));
        statement.setString(2, table.remoteName());
        return statement;
    }
}
