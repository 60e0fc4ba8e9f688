package io.belvedere.federation.source;

import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the first {@value #ROWS_MAX} rows of a table say about its columns: MariaDB and MySQL keep nothing of a column that no index leads.
 * One bounded statement; who asks keeps the answer.
 */
final class MariaDbSample {
    static final int ROWS_MAX = 20_000;

    private MariaDbSample() {}

    /** Of each column that is asked for; none when the source does not answer. */
    static Map<ColumnName, ColumnStatistics> of(
            Connection connection, SourceTable table, List<SourceColumn> columns, double rows) {
        if (columns.isEmpty()) {
            return Map.of();
        }
        List<SampledColumn> sampled = new ArrayList<>();
        columns.forEach(column -> sampled.add(new SampledColumn(column.type())));
        try (Statement statement = connection.createStatement();
                ResultSet sample = statement.executeQuery(sql(table, columns))) {
            while (sample.next()) {
                for (int i = 0; i < columns.size(); i++) {
                    sampled.get(i).add(Optional.ofNullable(sample.getString(i + 1)));
                }
            }
        } catch (SQLException e) {
            System.getLogger(MariaDbSample.class.getName())
                    .log(System.Logger.Level.DEBUG, "no sample of table {0}", table.name());
            return Map.of();
        }
        Map<ColumnName, ColumnStatistics> found = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            sampled.get(i)
                    .statistics(rows)
                    .ifPresent(each -> found.put(columns.get(column).name(), each));
        }
        return found;
    }

    /** Columns whose values are worth comparing. */
    static boolean suits(SourceColumn column) {
        return column.type() instanceof DataType.Decimal
                || (column.type() != DataType.Simple.VARBINARY && column.type() != DataType.Simple.TIME);
    }

    private static String sql(SourceTable table, List<SourceColumn> columns) {
        String schema = table.remoteSchema().map(name -> quote(name) + ".").orElse("");
        // Of a long text its beginning tells it from others as well as all of it.
        return columns.stream()
                        .map(column -> column.type() == DataType.Simple.VARCHAR
                                ? "LEFT(" + quote(column.remoteName()) + ", 100)"
                                : quote(column.remoteName()))
                        .collect(Collectors.joining(", ", "SELECT ", " FROM "))
                + schema + quote(table.remoteName()) + " LIMIT " + ROWS_MAX;
    }

    private static String quote(String name) {
        return '`' + name.replace("`", "``") + '`';
    }
}
