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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A product's catalog, asked in three questions with the same two parameters: the schema, NULL for the default one, and the table.
 *
 * @param columns names and types
 * @param rows one number, NULL when it was never counted
 * @param distinct a column's name, its distinct values, and its rows without a value
 */
record CatalogQueries(String columns, String rows, String distinct) implements Lookup {
    static final CatalogQueries ORACLE = oracle();
    static final CatalogQueries SQLSERVER = sqlServer();

    /** Without text columns that compare otherwise than the session says, which 12.2 can have. */
    private static CatalogQueries oracle() {
        String where = " WHERE owner = COALESCE(?, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')) AND table_name = ?";
        return new CatalogQueries(
                // A DATE holds a time of day, and may be defined as either.
                "SELECT column_name, CASE data_type WHEN 'DATE' THEN 'DATE OR TIMESTAMP' ELSE data_type END"
                        + " FROM all_tab_columns" + where
                        + " AND (collation IS NULL OR collation IN ('USING_NLS_COMP', 'BINARY'))",
                "SELECT num_rows FROM all_tables" + where,
                "SELECT column_name, num_distinct, num_nulls FROM all_tab_col_statistics" + where);
    }

    private static CatalogQueries sqlServer() {
        String object = "OBJECT_ID(QUOTENAME(COALESCE(?, SCHEMA_NAME())) + N'.' + QUOTENAME(?))";
        return new CatalogQueries(
                "SELECT c.name, t.name FROM sys.columns AS c JOIN sys.types AS t"
                        + " ON t.user_type_id = c.system_type_id WHERE c.object_id = " + object,
                "SELECT SUM(p.rows) FROM sys.partitions AS p WHERE p.index_id IN (0, 1) AND p.object_id = " + object,
                "SELECT c.name, MAX(h.found), 0 FROM sys.stats_columns AS s"
                        + " JOIN sys.columns AS c ON c.object_id = s.object_id AND c.column_id = s.column_id"
                        + " CROSS APPLY (SELECT COUNT(*) + SUM(b.distinct_range_rows) AS found"
                        + " FROM sys.dm_db_stats_histogram(s.object_id, s.stats_id) AS b) AS h"
                        + " WHERE s.stats_column_id = 1 AND s.object_id = " + object + " GROUP BY c.name");
    }

    @Override
    public Map<String, String> columns(Connection connection, SourceTable table) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, columns, table);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                types.put(found.getString(1), found.getString(2));
            }
        }
        return types;
    }

    @Override
    public Optional<TableStatistics> statistics(Connection connection, SourceTable table) throws SQLException {
        double count;
        try (PreparedStatement statement = prepare(connection, rows, table);
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
        Map<ColumnName, ColumnStatistics> statistics = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, distinct, table);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                SourceColumn column = byRemoteName.get(found.getString(1));
                double values = found.getDouble(2);
                if (column != null && values > 0) {
                    double nulls = count > 0 ? Math.min(1, found.getDouble(3) / count) : 0;
                    statistics.put(column.name(), new ColumnStatistics(values, nulls, List.of(), List.of()));
                }
            }
        }
        return Optional.of(new TableStatistics(count, statistics));
    }

    private static PreparedStatement prepare(Connection connection, String sql, SourceTable table) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, table.remoteSchema().orElse(null));
        statement.setString(2, table.remoteName());
        return statement;
    }
}
