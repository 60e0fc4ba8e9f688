package io.belvedere.model;

/** The name of a column of a view or of a source's table. */
public record ColumnName(String value) implements Comparable<ColumnName> {
    public ColumnName {
        Names.require("a column's name", value);
    }

    @Override
    public int compareTo(ColumnName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
