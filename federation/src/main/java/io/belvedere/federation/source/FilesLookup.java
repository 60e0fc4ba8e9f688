package io.belvedere.federation.source;

import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files: they are counted. Distinct values are estimated by one pass over tables that are small enough for it. */
enum FilesLookup implements Lookup {
    INSTANCE;

    private static final String COLUMNS =
            "SELECT column_name, data_type FROM duckdb_columns() WHERE NOT internal AND schema_name = ? AND table_name = ?"
                    + " AND database_name = 'memory'";
    private static final long PASS_ROWS_MAX = 5_000_000;
    private static final int SECONDS_MAX = 4;

    @Override
    public Map<String, String> columns(Connection connection, SourceTable table) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table.remoteSchema().orElse("main"));
            statement.setString(2, table.remoteName());
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
        if (columns(connection, table).size() < table.columns().size()) {
            return Optional.empty();
        }
        String from = " FROM "
                + table.remoteSchema().map(FileTables::quoted).orElse("main") + "."
                + FileTables.quoted(table.remoteName());
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(SECONDS_MAX);
            long rows;
            try (ResultSet row = statement.executeQuery("SELECT COUNT(*)" + from)) {
                row.next();
                rows = row.getLong(1);
            }
            Map<ColumnName, ColumnStatistics> columns =
                    rows == 0 || rows > PASS_ROWS_MAX ? Map.of() : columns(statement, table, from, rows);
            return Optional.of(new TableStatistics(rows, columns));
        }
    }

    private static Map<ColumnName, ColumnStatistics> columns(
            Statement statement, SourceTable table, String from, long rows) throws SQLException {
        List<String> outputs = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            String name = FileTables.quoted(column.remoteName());
            outputs.add("approx_count_distinct(" + name + "), COUNT(" + name + ")");
        }
        Map<ColumnName, ColumnStatistics> columns = new HashMap<>();
        try (ResultSet row = statement.executeQuery("SELECT " + String.join(", ", outputs) + from)) {
            row.next();
            for (int i = 0; i < table.columns().size(); i++) {
                double present = (double) row.getLong(2 * i + 2);
                double distinct = Math.min((double) row.getLong(2 * i + 1), present);
                columns.put(
                        table.columns().get(i).name(),
                        new ColumnStatistics(distinct, 1 - present / rows, List.of(), List.of()));
            }
        }
        return columns;
    }
}
