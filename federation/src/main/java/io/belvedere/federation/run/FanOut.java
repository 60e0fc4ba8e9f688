package io.belvedere.federation.run;

import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.shard.ShardFilter;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.model.DataType;
import io.belvedere.model.source.ShardKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The statements of one fetch: each shard that can hold wanted rows gets one with the keys that can stand there, or several when one
 * would be too long. A shard without a key is not asked.
 */
final class FanOut {
    /**
     * One statement.
     *
     * @param keys by shipment; empty where no condition is wanted
     * @param ofShard how many statements the shard gets: of several, each must keep to its own keys, or rows would come twice
     */
    record Part(int shard, List<Optional<ShippedKeys>> keys, int ofShard) {
        Part {
            keys = List.copyOf(keys);
        }
    }

    /** Where keys stand, as far as somebody knows. */
    interface Places {
        Optional<Set<Integer>> find(ShardKey key);
    }

    private final Step.Fetch fetch;
    private final ShardMap map;
    private final List<Optional<ShippedKeys>> keys;

    FanOut(Step.Fetch fetch, ShardMap map, List<Optional<ShippedKeys>> keys) {
        this.fetch = fetch;
        this.map = map;
        this.keys = keys;
    }

    /** Every shard key that the query names or ships: what a directory is asked for. */
    Set<ShardKey> wanted() {
        Set<ShardKey> wanted = new HashSet<>();
        fetch.places().ifPresent(places -> places.filters().forEach(filter -> wanted.addAll(filter.keys())));
        for (int shipment = 0; shipment < keys.size(); shipment++) {
            routed(shipment).ifPresent(column -> column.texts().forEach(text -> wanted.add(key(column.type(), text))));
        }
        return wanted;
    }

    List<Part> parts(Places places) {
        BitSet possible = new BitSet();
        fetch.shards().forEach(possible::set);
        fetch.places()
                .map(Step.ShardPlaces::filters)
                .filter(filters -> !filters.isEmpty())
                .ifPresent(filters -> possible.and(map.shards(new ShardFilter.AllOf(filters), places::find)));
        Map<Integer, List<Optional<ShippedKeys>>> byShard = new HashMap<>();
        possible.stream().forEach(shard -> byShard.put(shard, new ArrayList<>()));
        for (int shipment = 0; shipment < keys.size(); shipment++) {
            addOwnKeys(shipment, places, byShard);
        }
        List<Part> parts = new ArrayList<>();
        possible.stream()
                .filter(shard -> byShard.getOrDefault(shard, List.of()).stream()
                        .noneMatch(own -> own.isPresent() && own.get().count() == 0))
                .forEach(shard -> parts.addAll(batches(shard, byShard.getOrDefault(shard, List.of()))));
        return parts;
    }

    private void addOwnKeys(int shipment, Places places, Map<Integer, List<Optional<ShippedKeys>>> byShard) {
        Optional<ShippedKeys.Column> routed = routed(shipment);
        if (routed.isEmpty()) {
            Optional<ShippedKeys> all = keys.get(shipment);
            byShard.values().forEach(own -> own.add(all));
            return;
        }
        ShippedKeys shipped = keys.get(shipment).orElseThrow();
        List<Optional<Set<Integer>>> standing = routed.get().texts().stream()
                .map(text -> places.find(key(routed.get().type(), text)))
                .toList();
        byShard.forEach((shard, own) -> {
            int[] rows = IntStream.range(0, shipped.count())
                    .filter(row ->
                            standing.get(row).map(at -> at.contains(shard)).orElse(true))
                    .toArray();
            own.add(Optional.of(shipped.select(rows)));
        });
    }

    /** The column of a shipment that says on which shard a key can stand; empty when none does. */
    private Optional<ShippedKeys.Column> routed(int shipment) {
        KeyShipment how = fetch.keys().get(shipment);
        Optional<ShippedKeys> shipped = keys.get(shipment);
        if (how.shardColumn().isEmpty() || shipped.isEmpty()) {
            return Optional.empty();
        }
        ShippedKeys.Column column =
                shipped.get().columns().get(how.shardColumn().getAsInt());
        return ShardKey.isKey(column.type()) ? Optional.of(column) : Optional.empty();
    }

    private static ShardKey key(DataType type, String text) {
        return ShardKey.parse(type, text);
    }

    /** Of several shipments the longest is cut. */
    private List<Part> batches(int shard, List<Optional<ShippedKeys>> own) {
        int longest = 0;
        for (int i = 1; i < own.size(); i++) {
            longest = count(own.get(i)) > count(own.get(longest)) ? i : longest;
        }
        if (own.isEmpty() || own.get(longest).isEmpty()) {
            return List.of(new Part(shard, own, 1));
        }
        List<ShippedKeys> batches = KeyBatches.of(own.get(longest).get(), KeyWriter.KEYS_MAX, KeyBatches.BYTES_MAX);
        List<Part> parts = new ArrayList<>();
        for (ShippedKeys batch : batches) {
            List<Optional<ShippedKeys>> each = new ArrayList<>(own);
            each.set(longest, Optional.of(batch));
            parts.add(new Part(shard, each, batches.size()));
        }
        return parts;
    }

    private static int count(Optional<ShippedKeys> keys) {
        return keys.map(ShippedKeys::count).orElse(0);
    }
}
