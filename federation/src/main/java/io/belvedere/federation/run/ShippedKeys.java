package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.List;

/**
 * Distinct keys without a NULL on their way to a source, column by column. They are rows of somebody's data and never shown.
 *
 * @param columns at least one; all of the same length, and the texts at one position make up one key
 */
record ShippedKeys(List<Column> columns) {
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

    @Override
    public String toString() {
        return count() + " keys";
    }
}
