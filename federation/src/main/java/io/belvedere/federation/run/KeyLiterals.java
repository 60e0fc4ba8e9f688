package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Shipped keys as SQL. The condition may be true for more rows than hold one of the keys, because a source compares text its own
 * way; it is never true for fewer, so a key that cannot be written leaves the whole condition out.
 */
final class KeyLiterals {
    /** Years that both products write the same way; others are BC, or of five digits. */
    private static final Pattern COMMON_YEAR = Pattern.compile("\\d{4}-.*");

    /** Text that means itself between single quotes under every SQL mode; anything else goes as hexadecimal. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_ .:@+/-]*");

    private KeyLiterals() {}

    /**
     * @param arrays the parameters' values on PostgreSQL
     * @param keys how many keys are in it
     */
    record Condition(String sql, List<String> arrays, long keys) {
        Condition {
            arrays = List.copyOf(arrays);
        }
    }

    /** The condition that the columns are among the keys; empty when it cannot be said. */
    static Optional<Condition> condition(SourceKind kind, List<String> columns, ShippedKeys keys) {
        if (!keys.columns().stream().allMatch(KeyLiterals::isWrittenAlike)) {
            return Optional.empty();
        }
        return Optional.of(written(kind, columns, possible(kind, keys)));
    }

    /**
     * Several columns are compared row by row. A column that is not safely compared in a row stands apart: its condition is of any
     * value that occurs in it, which is true for more rows, never for fewer.
     */
    private static Condition written(SourceKind kind, List<String> columns, ShippedKeys keys) {
        if (keys.count() == 0) {
            return new Condition("FALSE", List.of(), 0);
        }
        List<Integer> comparable = IntStream.range(0, columns.size())
                .filter(i -> isComparedInRows(kind, keys.columns().get(i).type()))
                .boxed()
                .toList();
        List<Integer> together = comparable.size() > 1 ? comparable : List.of();
        List<String> conditions = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        if (!together.isEmpty()) {
            List<ShippedKeys.Column> values =
                    together.stream().map(keys.columns()::get).toList();
            String row = together.stream().map(columns::get).collect(Collectors.joining(", ", "(", ")"));
            conditions.add(
                    row + " IN (" + (kind == SourceKind.POSTGRESQL ? postgresRows(values) : mariaDbRows(values)) + ")");
            if (kind == SourceKind.POSTGRESQL) {
                values.forEach(column -> arrays.add(postgresArray(column.type(), column.texts())));
            }
        }
        for (int i = 0; i < columns.size(); i++) {
            if (!together.contains(i)) {
                ShippedKeys.Column values = keys.columns().get(i);
                List<String> distinct = values.texts().stream().distinct().toList();
                conditions.add(
                        kind == SourceKind.POSTGRESQL
                                ? columns.get(i) + " = ANY (" + postgresParameter(values) + ")"
                                : mariaDbList(kind, columns.get(i), values.type(), distinct));
                if (kind == SourceKind.POSTGRESQL) {
                    arrays.add(postgresArray(values.type(), distinct));
                }
            }
        }
        String sql = String.join(" AND ", conditions);
        return new Condition(conditions.size() == 1 ? sql : "(" + sql + ")", arrays, keys.count());
    }

    private static boolean isComparedInRows(SourceKind kind, DataType type) {
        return switch (kind) {
            case POSTGRESQL -> postgresArrayType(type).isPresent();
            // In a row, MariaDB does not bring text of two character sets together: it finds nothing in a latin1
            // column.
            case MARIADB, MYSQL -> type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT;
        };
    }

    private static boolean isWrittenAlike(ShippedKeys.Column column) {
        return !isTemporal(column.type())
                || column.texts().stream()
                        .allMatch(text -> COMMON_YEAR.matcher(text).matches());
    }

    /** Without the keys that hold a value which the product does not have: they have no partner there. */
    private static ShippedKeys possible(SourceKind kind, ShippedKeys keys) {
        List<Integer> rows = IntStream.range(0, keys.count())
                .filter(row -> keys.columns().stream()
                        .allMatch(column ->
                                isPossible(kind, column.type(), column.texts().get(row))))
                .boxed()
                .toList();
        return rows.size() == keys.count()
                ? keys
                : new ShippedKeys(keys.columns().stream()
                        .map(column -> new ShippedKeys.Column(
                                column.type(),
                                rows.stream().map(column.texts()::get).toList()))
                        .toList());
    }

    /** PostgreSQL has no NUL in text; MariaDB has neither infinity nor NaN. */
    private static boolean isPossible(SourceKind kind, DataType type, String text) {
        return switch (kind) {
            case POSTGRESQL -> text.indexOf('\0') < 0;
            case MARIADB, MYSQL -> type != DataType.Simple.DOUBLE || !(text.equals("NaN") || text.endsWith("Infinity"));
        };
    }

    private static boolean isTemporal(DataType type) {
        return type == DataType.Simple.DATE
                || type == DataType.Simple.TIMESTAMP
                || type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
    }

    private static String postgresRows(List<ShippedKeys.Column> columns) {
        return columns.stream()
                .map(KeyLiterals::postgresParameter)
                .collect(Collectors.joining(", ", "SELECT * FROM unnest(", ")"));
    }

    private static String postgresParameter(ShippedKeys.Column column) {
        return postgresArrayType(column.type())
                .map(type -> "CAST(? AS " + type + ")")
                .orElse("?");
    }

    private static String postgresArray(DataType type, List<String> texts) {
        boolean binary = type == DataType.Simple.VARBINARY;
        return texts.stream()
                .map(text -> binary ? "\\x" + text : text)
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Text has none: the source then takes the column's own type, which may be a uuid or an enumeration. */
    private static Optional<String> postgresArrayType(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> Optional.of("numeric[]");
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> Optional.of("boolean[]");
                    case INTEGER -> Optional.of("integer[]");
                    case BIGINT -> Optional.of("bigint[]");
                    case DOUBLE -> Optional.of("double precision[]");
                    case VARCHAR -> Optional.empty();
                    case VARBINARY -> Optional.of("bytea[]");
                    case DATE -> Optional.of("date[]");
                    case TIME -> Optional.of("time[]");
                    case TIMESTAMP -> Optional.of("timestamp[]");
                    case TIMESTAMP_WITH_TIME_ZONE -> Optional.of("timestamptz[]");
                };
        };
    }

    /** Plain text as the column compares it, by its index; other text by code point, because the column's character set may lack it. */
    private static String mariaDbList(SourceKind kind, String column, DataType type, List<String> texts) {
        Map<Boolean, String> lists = texts.stream()
                .collect(Collectors.partitioningBy(
                        text -> type != DataType.Simple.VARCHAR
                                || PLAIN.matcher(text).matches(),
                        Collectors.mapping(mariaDbLiteral(type), Collectors.joining(","))));
        String plain = lists.getOrDefault(true, "");
        String other = lists.getOrDefault(false, "");
        String collation = kind == SourceKind.MARIADB ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
        String byIndex = column + " IN (" + plain + ")";
        String byCodePoint = "CONVERT(" + column + " USING utf8mb4) COLLATE " + collation + " IN (" + other + ")";
        if (other.isEmpty()) {
            return byIndex;
        }
        return plain.isEmpty() ? byCodePoint : "(" + byIndex + " OR " + byCodePoint + ")";
    }

    private static String mariaDbRows(List<ShippedKeys.Column> columns) {
        List<Function<String, String>> literals =
                columns.stream().map(column -> mariaDbLiteral(column.type())).toList();
        return IntStream.range(0, columns.getFirst().texts().size())
                .mapToObj(row -> IntStream.range(0, columns.size())
                        .mapToObj(i ->
                                literals.get(i).apply(columns.get(i).texts().get(row)))
                        .collect(Collectors.joining(",", "(", ")")))
                .collect(Collectors.joining(","));
    }

    private static Function<String, String> mariaDbLiteral(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> Function.identity();
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, INTEGER, BIGINT, DOUBLE -> Function.identity();
                    case VARCHAR -> KeyLiterals::mariaDbText;
                    case VARBINARY -> text -> "x'" + text + "'";
                    case DATE -> text -> "DATE'" + text + "'";
                    case TIME -> text -> "TIME'" + text + "'";
                    case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> text -> "TIMESTAMP'" + text + "'";
                };
        };
    }

    private static String mariaDbText(String text) {
        return PLAIN.matcher(text).matches()
                ? "'" + text + "'"
                : "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
