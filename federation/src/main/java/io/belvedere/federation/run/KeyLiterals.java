package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

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
     * @param array the parameter's value on PostgreSQL
     * @param keys how many keys are in it
     */
    record Condition(String sql, Optional<String> array, long keys) {}

    /** The condition that the column is among the keys; empty when it cannot be said. */
    static Optional<Condition> condition(SourceKind kind, String column, ShippedKeys keys) {
        if (isTemporal(keys.type())
                && !keys.texts().stream()
                        .allMatch(text -> COMMON_YEAR.matcher(text).matches())) {
            return Optional.empty();
        }
        return switch (kind) {
            case POSTGRESQL -> Optional.of(postgres(column, keys));
            case MARIADB, MYSQL -> Optional.of(mariaDb(column, keys));
        };
    }

    private static boolean isTemporal(DataType type) {
        return type == DataType.Simple.DATE
                || type == DataType.Simple.TIMESTAMP
                || type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
    }

    private static Condition postgres(String column, ShippedKeys keys) {
        StringBuilder array = new StringBuilder(keys.texts().size() * 8 + 2).append('{');
        long count = 0;
        for (String text : keys.texts()) {
            // PostgreSQL has no NUL in text, so such a key has no partner there.
            if (text.indexOf('\0') >= 0) {
                continue;
            }
            array.append(count++ == 0 ? "\"" : ",\"");
            String element = keys.type() == DataType.Simple.VARBINARY ? "\\x" + text : text;
            array.append(element.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
        String parameter = postgresArrayType(keys.type())
                .map(type -> "CAST(? AS " + type + ")")
                .orElse("?");
        return new Condition(
                column + " = ANY (" + parameter + ")",
                Optional.of(array.append('}').toString()),
                count);
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

    private static Condition mariaDb(String column, ShippedKeys keys) {
        Function<String, String> literal = mariaDbLiteral(keys.type());
        List<String> literals = new ArrayList<>(keys.texts().size());
        for (String text : keys.texts()) {
            // MariaDB has neither infinity nor NaN, so such a key has no partner there.
            boolean unknownThere =
                    keys.type() == DataType.Simple.DOUBLE && (text.equals("NaN") || text.endsWith("Infinity"));
            if (!unknownThere) {
                literals.add(literal.apply(text));
            }
        }
        return literals.isEmpty()
                ? new Condition("FALSE", Optional.empty(), 0)
                : new Condition(column + " IN (" + String.join(",", literals) + ")", Optional.empty(), literals.size());
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
