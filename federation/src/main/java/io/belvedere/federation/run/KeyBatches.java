package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Keys cut into pieces that one statement takes. The pieces differ in the values of a column that every source compares exactly, so no row
 * comes with two of them; where there is no such column, the keys stay together.
 */
final class KeyBatches {
    static final long BYTES_MAX = 4L << 20;

    private KeyBatches() {}

    static List<ShippedKeys> of(ShippedKeys keys, int keysMax, long bytesMax) {
        OptionalInt exact = IntStream.range(0, keys.columns().size())
                .filter(i -> isExact(keys.columns().get(i).type()))
                .findFirst();
        long pieces = Math.max(Math.ceilDiv(keys.count(), (long) keysMax), Math.ceilDiv(keys.bytes(), bytesMax));
        if (pieces <= 1 || exact.isEmpty()) {
            return List.of(keys);
        }
        List<String> values = keys.columns().get(exact.getAsInt()).texts();
        List<Integer> order = IntStream.range(0, keys.count())
                .boxed()
                .sorted(Comparator.comparing(values::get))
                .toList();
        int size = Math.ceilDiv(keys.count(), (int) Math.min(pieces, keys.count()));
        List<ShippedKeys> batches = new ArrayList<>();
        for (int from = 0; from < order.size(); ) {
            int to = Math.min(from + size, order.size());
            while (to < order.size() && values.get(order.get(to)).equals(values.get(order.get(to - 1)))) {
                to++;
            }
            batches.add(keys.select(
                    order.subList(from, to).stream().mapToInt(Integer::intValue).toArray()));
            from = to;
        }
        return batches;
    }

    private static boolean isExact(DataType type) {
        return type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT || type == DataType.Simple.DATE;
    }
}
