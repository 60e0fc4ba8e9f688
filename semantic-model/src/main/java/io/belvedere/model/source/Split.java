package io.belvedere.model.source;

import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import java.util.List;
import java.util.Map;

/**
 * How rows are spread over shards: rows with equal shard keys stand on the same shard, so tables that are joined on their
 * shard keys can be joined inside each shard. It is believed, as a key is: a row that stands elsewhere is not found.
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

    /** {@code key mod n} is the index of the shard; integer keys. A negative key may stand on any. */
    public record Modulo() implements Rule {}

    /**
     * Shard {@code i} holds the keys below {@code bounds[i]} and not below the bound before; the last holds the rest.
     *
     * @param bounds ascending whole numbers, or ascending dates
     */
    public record Range(List<ShardKey> bounds) implements Rule {
        public Range {
            bounds = List.copyOf(bounds);
            for (int i = 1; i < bounds.size(); i++) {
                if (ShardKey.compare(bounds.get(i - 1), bounds.get(i)) >= 0) {
                    throw new IllegalArgumentException("bounds ascend");
                }
            }
        }
    }

    /** Each listed key stands on the shard of that index; a key that is not listed may stand on any. */
    public record Listed(Map<ShardKey, Integer> shards) implements Rule {
        public static final int VALUES_MAX = 10_000;

        public Listed {
            shards = Map.copyOf(shards);
        }
    }

    /** {@code function(key) mod n} is the index of the shard. */
    public record Hash(Function function) implements Rule {
        /** A hash function that databases have too. */
        public enum Function {
            /** PostgreSQL's for hash partitions: {@code MODULUS n, REMAINDER i} is shard i. Numbers and text. */
            POSTGRES,
            /** CRC-32 of the key as text in UTF-8, a number in plain decimal: {@code MOD(CRC32(key), n)} on MariaDB and MySQL. */
            CRC32
        }
    }

    /**
     * A table says where a key stands, in one row or several; a key that it does not have may stand on any shard.
     *
     * @param table a table of a source that is not split
     * @param key its column of keys
     * @param shard its column with the shard's name, or its index from 0
     */
    public record Directory(TableName table, ColumnName key, ColumnName shard) implements Rule {}

    /** Nothing is promised beyond equal keys standing together; every shard is asked. */
    public record Opaque() implements Rule {}
}
