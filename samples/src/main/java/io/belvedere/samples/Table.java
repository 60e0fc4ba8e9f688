package io.belvedere.samples;

import java.sql.SQLException;
import java.util.List;

/**
 * A table, its indexes and its rows, for both kinds of database. Column types are written as PostgreSQL knows them.
 *
 * @param columns name and type of each column, as in DDL
 * @param indexes the columns of each further index
 */
record Table(String name, List<String> columns, String primaryKey, List<String> indexes, Rows rows) {
    Table {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
    }

    /** Writes all rows of a table. */
    @FunctionalInterface
    interface Rows {
        void writeTo(RowSink sink) throws SQLException;
    }

    List<String> columnNames() {
        return columns.stream()
                .map(column -> column.substring(0, column.indexOf(' ')))
                .toList();
    }
}
