package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Map<String, List<String>> literals = values.texts().stream()
                .collect(Collectors.groupingBy(
                        text -> KeySpelling.isPlain(values.type(), text) ? column : spelling.beyondPlain(column),
                        LinkedHashMap::new,
                        Collectors.mapping(text -> spelling.literal(values.type(), text), Collectors.toList())));
        List<String> lists = new ArrayList<>();
        literals.forEach((left, list) -> lists.addAll(lists(left, list)));
        return joined(lists);
    }

    @Override
    public Written oneOfRows(List<String> columns, List<ShippedKeys.Column> values) {
        List<String> rows = IntStream.range(0, values.getFirst().texts().size())
                .mapToObj(row -> values.stream()
                        .map(column ->
                                spelling.literal(column.type(), column.texts().get(row)))
                        .collect(Collectors.joining(",", "(", ")")))
                .toList();
        return joined(lists("(" + String.join(", ", columns) + ")", rows));
    }

    private List<String> lists(String left, List<String> literals) {
        List<String> lists = new ArrayList<>();
        for (int from = 0; from < literals.size(); from += Math.min(listMax, literals.size())) {
            List<String> list = literals.subList(from, (int) Math.min((long) from + listMax, literals.size()));
            lists.add(left + " IN (" + String.join(",", list) + ")");
        }
        return lists;
    }

    private static Written joined(List<String> lists) {
        String sql = String.join(" OR ", lists);
        return new Written(lists.size() == 1 ? sql : "(" + sql + ")", List.of());
    }
}
