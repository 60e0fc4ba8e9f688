package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The condition that columns are among shipped keys, in a product's {@link KeyWriter}. */
final class KeyConditions {
    /** Years that all products write the same way; others are BC, or of five digits. */
    private static final Pattern COMMON_YEAR = Pattern.compile("\\d{4}-.*");

    private KeyConditions() {}

    /**
     * @param parameters values, as texts, for each {@code ?}
     * @param keys how many keys are in it
     */
    record Condition(String sql, List<String> parameters, long keys) {
        Condition {
            parameters = List.copyOf(parameters);
        }
    }

    /** Whether every source reads the keys alike; if not, they stay at home. */
    static boolean areWrittenAlike(ShippedKeys keys) {
        return keys.columns().stream().allMatch(KeyConditions::isWrittenAlike);
    }

    /** The condition that the columns are among the keys. */
    static Condition condition(KeyWriter form, List<String> columns, ShippedKeys keys) {
        return written(form, columns, possible(form, keys));
    }

    /**
     * Several columns are compared row by row. A column that is not safely compared in a row stands apart: its condition is of any
     * value that occurs in it, which is true for more rows, never for fewer.
     */
    private static Condition written(KeyWriter form, List<String> columns, ShippedKeys keys) {
        if (keys.count() == 0) {
            return new Condition("1 = 0", List.of(), 0);
        }
        List<Integer> comparable = IntStream.range(0, columns.size())
                .filter(i -> form.comparesInRows(keys.columns().get(i).type()))
                .boxed()
                .toList();
        List<Integer> together = comparable.size() > 1 ? comparable : List.of();
        List<KeyWriter.Written> conditions = new ArrayList<>();
        if (!together.isEmpty()) {
            conditions.add(form.oneOfRows(
                    together.stream().map(columns::get).toList(),
                    together.stream().map(keys.columns()::get).toList()));
        }
        for (int i = 0; i < columns.size(); i++) {
            if (!together.contains(i)) {
                ShippedKeys.Column values = keys.columns().get(i);
                List<String> distinct = values.texts().stream().distinct().toList();
                conditions.add(form.oneOf(columns.get(i), new ShippedKeys.Column(values.type(), distinct)));
            }
        }
        String sql = String.join(
                " AND ", conditions.stream().map(KeyWriter.Written::sql).toList());
        return new Condition(
                conditions.size() == 1 ? sql : "(" + sql + ")",
                conditions.stream().flatMap(each -> each.parameters().stream()).toList(),
                keys.count());
    }

    private static boolean isWrittenAlike(ShippedKeys.Column column) {
        return !isTemporal(column.type())
                || column.texts().stream()
                        .allMatch(text -> COMMON_YEAR.matcher(text).matches());
    }

    /** Without the keys that hold a value which the product does not have: they have no partner there. */
    private static ShippedKeys possible(KeyWriter form, ShippedKeys keys) {
        int[] rows = IntStream.range(0, keys.count())
                .filter(row -> keys.columns().stream()
                        .allMatch(column ->
                                form.isPossible(column.type(), column.texts().get(row))))
                .toArray();
        return rows.length == keys.count() ? keys : keys.select(rows);
    }

    private static boolean isTemporal(DataType type) {
        return type == DataType.Simple.DATE
                || type == DataType.Simple.TIMESTAMP
                || type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
    }
}
