package io.belvedere.model;

/** The name of a source; also the first part of its tables' names in a view's query. */
public record SourceName(String value) implements Comparable<SourceName> {
    public SourceName {
        Names.require("a source's name", value);
    }

    @Override
    public int compareTo(SourceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
