package io.belvedere.federation.shard;

import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.Split;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32;

/** The rule of one split source, as a function from keys to shards. No state; safe for use by many threads. */
public final class ShardMap {
    private final Split.Rule rule;
    private final int shards;

    private ShardMap(Split.Rule rule, int shards) {
        this.rule = rule;
        this.shards = shards;
    }

    /** The map of a source; of one that is not split, it says nothing. */
    public static ShardMap of(SourceDefinition source) {
        return new ShardMap(
                source.split().map(Split::rule).orElseGet(Split.Opaque::new),
                source.shards().size());
    }

    /** The table that has to be asked where a key stands; empty when the rule says it. */
    public Optional<Split.Directory> directory() {
        return rule instanceof Split.Directory directory ? Optional.of(directory) : Optional.empty();
    }

    /** The one shard on which a key can stand; empty when it may be any, or a directory has to be asked. */
    public Optional<Integer> shard(ShardKey key) {
        return switch (rule) {
            // Databases disagree on the remainder of a negative number; every shard is asked for those.
            case Split.Modulo() ->
                key instanceof ShardKey.Whole(long value) && value >= 0
                        ? Optional.of((int) (value % shards))
                        : Optional.empty();
            case Split.Range(List<ShardKey> bounds) ->
                isComparable(key, bounds) ? Optional.of(below(key, bounds)) : Optional.empty();
            case Split.Listed(Map<ShardKey, Integer> listed) -> Optional.ofNullable(listed.get(key));
            case Split.Hash(Split.Hash.Function function) -> Optional.of(hash(function, key));
            case Split.Directory _, Split.Opaque() -> Optional.empty();
        };
    }

    /** The shards that can hold rows which fulfil the filter, as far as the rule alone says. */
    public BitSet shards(ShardFilter filter) {
        return shards(filter, key -> shard(key).map(Set::of));
    }

    /**
     * The shards that can hold rows which fulfil the filter.
     *
     * @param find where a key stands; empty when it may be any shard
     */
    public BitSet shards(ShardFilter filter, Function<ShardKey, Optional<Set<Integer>>> find) {
        return switch (filter) {
            case ShardFilter.OneOf(Set<ShardKey> keys) -> {
                BitSet all = new BitSet();
                keys.forEach(key ->
                        find.apply(key).ifPresentOrElse(found -> found.forEach(all::set), () -> all.set(0, shards)));
                yield all;
            }
            case ShardFilter.Between(Optional<ShardKey> low, Optional<ShardKey> high) -> between(low, high);
            case ShardFilter.AllOf(List<ShardFilter> filters) -> {
                BitSet common = new BitSet();
                common.set(0, shards);
                filters.forEach(each -> common.and(shards(each, find)));
                yield common;
            }
            case ShardFilter.AnyOf(List<ShardFilter> filters) -> {
                BitSet any = new BitSet();
                filters.forEach(each -> any.or(shards(each, find)));
                yield any;
            }
        };
    }

    private BitSet between(Optional<ShardKey> low, Optional<ShardKey> high) {
        int first = 0;
        int last = shards - 1;
        if (rule instanceof Split.Range(List<ShardKey> bounds)) {
            first = low.filter(key -> isComparable(key, bounds))
                    .map(key -> below(key, bounds))
                    .orElse(first);
            last = high.filter(key -> isComparable(key, bounds))
                    .map(key -> below(key, bounds))
                    .orElse(last);
        }
        BitSet between = new BitSet();
        if (first <= last) {
            between.set(first, last + 1);
        }
        return between;
    }

    private static boolean isComparable(ShardKey key, List<ShardKey> bounds) {
        return bounds.isEmpty() || key.getClass() == bounds.getFirst().getClass();
    }

    private int below(ShardKey key, List<ShardKey> bounds) {
        int shard = 0;
        while (shard < bounds.size() && ShardKey.compare(key, bounds.get(shard)) >= 0) {
            shard++;
        }
        return Math.min(shard, shards - 1);
    }

    private int hash(Split.Hash.Function function, ShardKey key) {
        return switch (function) {
            case POSTGRES ->
                switch (key) {
                    case ShardKey.Whole(long value) -> PostgresHash.partition(value, shards);
                    case ShardKey.Text(String value) -> PostgresHash.partition(value, shards);
                    case ShardKey.Day _ -> throw new IllegalArgumentException("a date has no hash here");
                };
            case CRC32 ->
                switch (key) {
                    case ShardKey.Whole(long value) -> crc32(Long.toString(value));
                    case ShardKey.Text(String value) -> crc32(value);
                    case ShardKey.Day _ -> throw new IllegalArgumentException("a date has no hash here");
                };
        };
    }

    private int crc32(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % shards);
    }
}
