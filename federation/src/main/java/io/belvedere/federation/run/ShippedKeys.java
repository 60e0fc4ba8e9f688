package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.Arrays;
import java.util.List;

/**
 * Distinct keys without a NULL on their way to a source, column by column. They are rows of somebody's data and never shown.
 *
 * @param columns at least one; all of the same length, and the texts at one position make up one key
 */
record ShippedKeys(List<Column> columns) {
    /** Quotes, a comma, and what else stands around a value. */
    private static final int BYTES_A_VALUE = 4;

    /**
     * One column's values as text: numbers in plain decimal, dates and times in ISO form with a space, binary in hexadecimal,
     * booleans as {@code true} and {@code false}.
     */
    record Column(DataType type, List<String> texts) {
        Column {
            texts = List.copyOf(texts);
        }

        @Override
        public String toString() {
            return texts.size() + " values";
        }
    }

    ShippedKeys {
        columns = List.copyOf(columns);
    }

    int count() {
        return columns.getFirst().texts().size();
    }

    /** The keys at these positions. */
    ShippedKeys select(int[] rows) {
        return new ShippedKeys(columns.stream()
                .map(column -> new Column(
                        column.type(),
                        Arrays.stream(rows).mapToObj(column.texts()::get).toList()))
                .toList());
    }

    /** About how long the keys are in a statement, in bytes. */
    long bytes() {
        return columns.stream()
                .flatMap(column -> column.texts().stream())
                .mapToLong(text -> text.length() + BYTES_A_VALUE)
                .sum();
    }

    @Override
    public String toString() {
        return count() + " keys";
    }
}
