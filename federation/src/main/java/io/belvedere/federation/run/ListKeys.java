package io.belvedere.federation.run;

import io.belvedere.federation.dialect.Spelling;
import io.belvedere.federation.dialect.TextColumn;
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
 * @param texts what the source says of columns of text, by how they are written
 */
record ListKeys(KeySpelling spelling, int listMax, Map<String, TextColumn> texts) implements KeyWriter {
    ListKeys {
        texts = Map.copyOf(texts);
    }

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
                        text -> isHeld(column, values.type(), text) ? column : spelling.beyondHeld(column),
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

    /** Whether the column's character set surely has the text. */
    private boolean isHeld(String column, DataType type, String text) {
        Spelling needed = type == DataType.Simple.VARCHAR ? Spelling.of(text) : Spelling.ASCII;
        TextColumn known = texts.get(column);
        return needed == Spelling.ASCII || (known != null && known.holds(needed));
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
