package io.belvedere.model.source;

import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import java.util.List;
import java.util.Map;

/**
 * How rows are spread over shards: rows with equal shard keys stand on the same shard, so tables that are joined on their
 * shard keys can be joined inside each shard.
 *
 * @param keys the shard key of each split table
 * @param rule which shard a key value stands on
 */
public record Split(Map<TableName, ColumnName> keys, Rule rule) {
    public Split {
        keys = Map.copyOf(keys);
    }

    /** Which shard a key value stands on. */
    public sealed interface Rule {}

    /** {@code key mod n} is the index of the shard; integer keys. */
    public record Modulo() implements Rule {}

    /** Shard {@code i} holds the keys below {@code bounds[i]} and not below the bound before; the last holds the rest. */
    public record Range(List<Long> bounds) implements Rule {
        public Range {
            bounds = List.copyOf(bounds);
        }
    }

    /** Nothing is promised beyond equal keys standing together; every shard is asked. */
    public record Opaque() implements Rule {}
}
