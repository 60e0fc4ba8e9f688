package io.belvedere.federation.plan;

import io.belvedere.model.DataType;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Keys shipped into a fetch: the distinct values, none of them NULL, of one or more columns of an earlier step. The fetch may give
 * rows without a partner (the join checks again), never too few.
 *
 * @param from the step the keys come from; it stands under every barrier it needs, so its values are already governed
 * @param columns the columns of that step; several make up one key
 * @param keysMax above this many distinct keys the condition is left out and the source is scanned, or the query refused
 * @param shardColumn which of the columns meets the shard key of the fetch, so that each shard gets only its own keys; empty when
 *     none does
 */
public record KeyShipment(String from, List<KeyColumn> columns, int keysMax, OptionalInt shardColumn) {
    /** A column of the step that the keys come from. */
    public record KeyColumn(String name, DataType type) {}

    public KeyShipment {
        columns = List.copyOf(columns);
    }

    /** Keys of which every shard gets all. */
    public KeyShipment(String from, List<KeyColumn> columns, int keysMax) {
        this(from, columns, keysMax, OptionalInt.empty());
    }

    /** Where the keys come from, for people. */
    String describe() {
        return columns.stream()
                .map(column -> from + "." + column.name())
                .collect(Collectors.joining(", ", "keys of ", ""));
    }
}
