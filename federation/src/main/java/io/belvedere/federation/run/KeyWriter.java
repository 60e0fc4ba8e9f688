package io.belvedere.federation.run;

import io.belvedere.federation.dialect.CapabilitySheet;
import io.belvedere.federation.dialect.KeyForm;
import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceKind;
import java.util.List;
import java.util.Map;

/**
 * Writes shipped keys for a product. A condition may be true for more rows than hold one of the keys, because a
 * source compares text its own way; it is never true for fewer.
 */
sealed interface KeyWriter permits ArrayKeys, ListKeys, JsonKeys {
    /** In the form that the product's sheet names, for columns of which nothing is known. */
    static KeyWriter of(SourceKind kind) {
        return of(kind, Map.of());
    }

    /** @param texts what the source says of columns of text, by how they are written */
    static KeyWriter of(SourceKind kind, Map<String, TextColumn> texts) {
        return switch (CapabilitySheet.of(kind).keys()) {
            case KeyForm.Arrays() -> new ArrayKeys();
            case KeyForm.Lists(int listMax) -> new ListKeys(KeySpelling.of(kind), listMax, texts);
            case KeyForm.Json() -> new JsonKeys();
        };
    }

    /** How many keys one statement takes; more go in several. */
    int KEYS_MAX = 50_000;

    /** Whether a column of the type may stand in a row of columns; if not, it has a condition of its own. */
    boolean comparesInRows(DataType type);

    /** Whether the product has such a value; a key that it cannot hold has no partner there. */
    boolean isPossible(DataType type, String text);

    /** The condition that a column is one of the values. */
    Written oneOf(String column, ShippedKeys.Column values);

    /** The condition that several columns are one of the rows that the values make up. */
    Written oneOfRows(List<String> columns, List<ShippedKeys.Column> values);

    /**
     * @param parameters values, as texts, for each {@code ?}
     */
    record Written(String sql, List<String> parameters) {
        public Written {
            parameters = List.copyOf(parameters);
        }

        @Override
        public String toString() {
            return "a condition on keys";
        }
    }
}
