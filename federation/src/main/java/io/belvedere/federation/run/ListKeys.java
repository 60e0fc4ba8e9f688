package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Keys as literals in lists: {@code IN (…)}.
 *
 * @param listMax values in one list; longer ones are cut and joined by OR
 */
record ListKeys(KeySpelling spelling, int listMax) implements KeyWriter {
    @Override
    public boolean comparesInRows(DataType type) {
        return spelling.comparesInRows(type);
    }

    @Override
    public boolean isPossible(DataType type, String text) {
        return spelling.isPossible(type, text);
    }

    @Override
    public Written oneOf(String column, ShippedKeys.Column values) {
        return lists(
                column,
                values.texts().stream()
                        .map(text -> spelling.literal(values.type(), text))
                        .toList());
    }

    @Override
    public Written oneOfRows(List<String> columns, List<ShippedKeys.Column> values) {
        List<String> rows = IntStream.range(0, values.getFirst().texts().size())
                .mapToObj(row -> values.stream()
                        .map(column ->
                                spelling.literal(column.type(), column.texts().get(row)))
                        .collect(Collectors.joining(",", "(", ")")))
                .toList();
        return lists("(" + String.join(", ", columns) + ")", rows);
    }

    private Written lists(String left, List<String> literals) {
        List<String> lists = new ArrayList<>();
        for (int from = 0; from < literals.size(); from += Math.min(listMax, literals.size())) {
            List<String> list = literals.subList(from, (int) Math.min((long) from + listMax, literals.size()));
            lists.add(left + " IN (" + String.join(",", list) + ")");
        }
        String sql = String.join(" OR ", lists);
        return new Written(lists.size() == 1 ? sql : "(" + sql + ")", List.of());
    }
}
