package io.belvedere.model;

/** The name of a source's table, written {@code source.table}. */
public record TableName(SourceName source, String table) {
    public TableName {
        Names.require("a table's name", table);
    }

    @Override
    public String toString() {
        return source + "." + table;
    }
}
