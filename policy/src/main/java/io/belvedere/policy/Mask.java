package io.belvedere.policy;

import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import java.util.Optional;

/**
 * What a caller sees instead of a column's value: a closed catalogue. Each but {@link Hash} is an expression that a source can compute;
 * NULL stays NULL under every mask but {@link Null} and {@link Constant}.
 */
public sealed interface Mask {
    /** The value itself. */
    record None() implements Mask {}

    /** The column does not exist. */
    record Hidden() implements Mask {}

    /** NULL, always. */
    record Null() implements Mask {}

    /** The same constant for every row, NULL included; of the column's type. */
    record Constant(Literal value) implements Mask {}

    /** {@code ***} for every value; text only. */
    record Redact() implements Mask {}

    /** The first characters, then {@code ***}; {@code ***} alone when there are no more characters than that; text only. */
    record KeepFirst(int characters) implements Mask {
        public KeepFirst {
            requireCount(characters);
        }
    }

    /** {@code ***}, then the last characters; {@code ***} alone when there are no more characters than that; text only. */
    record KeepLast(int characters) implements Mask {
        public KeepLast {
            requireCount(characters);
        }
    }

    /** The first character, {@code ***}, and the part from the {@code @} on; {@code ***} without an {@code @}; text only. */
    record Email() implements Mask {}

    /** The first day of the unit the value falls in; dates and timestamps, type unchanged. */
    record DateTrunc(Unit unit) implements Mask {
        /** The units. */
        public enum Unit {
            MONTH,
            QUARTER,
            YEAR
        }
    }

    /** The largest multiple of the width that is not above the value; integer and decimal columns, type unchanged. */
    record Bucket(long width) implements Mask {
        public Bucket {
            if (width < 1) {
                throw new IllegalArgumentException("a bucket's width is at least 1");
            }
        }
    }

    /**
     * A keyed hash: equal values have equal hashes, within one column of one view under one salt. Text, whatever the column's type.
     *
     * @param salt hashes under different salts say nothing of each other
     * @param key the id of the key; the server's active one where policy names none
     */
    record Hash(String salt, Optional<String> key) implements Mask {
        /** Characters of a salt at most. */
        public static final int SALT_MAX = 4_000;

        public Hash {
            if (salt.length() > SALT_MAX || !Unicode.isWellFormed(salt)) {
                throw new IllegalArgumentException("a salt is Unicode, of at most " + SALT_MAX + " characters");
            }
            if (key.isPresent() && !key.get().matches("[a-z0-9][a-z0-9_-]{0,15}")) {
                throw new IllegalArgumentException("an id of no key");
            }
        }
    }

    /** The type of what is seen of a column of the type. */
    default DataType typeOf(DataType type) {
        return switch (this) {
            case Hash _ -> DataType.Simple.VARCHAR;
            case None _,
                    Hidden _,
                    Null _,
                    Constant _,
                    Redact _,
                    KeepFirst _,
                    KeepLast _,
                    Email _,
                    DateTrunc _,
                    Bucket _ -> type;
        };
    }

    /** Whether this mask can be applied to a column of the type. */
    default boolean accepts(DataType type) {
        return switch (this) {
            case None _, Hidden _, Null _ -> true;
            case Redact _, KeepFirst _, KeepLast _, Email _ -> type == DataType.Simple.VARCHAR;
            case DateTrunc _ ->
                type == DataType.Simple.DATE
                        || type == DataType.Simple.TIMESTAMP
                        || type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
            case Bucket _ ->
                type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT || type instanceof DataType.Decimal;
            case Constant(Literal value) -> accepts(value, type);
            case Hash _ -> isHashed(type);
        };
    }

    /** Types of which equal values have one text. */
    private static boolean isHashed(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> true;
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT, VARCHAR, VARBINARY, DATE, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> true;
                    case BOOLEAN, DOUBLE, TIME -> false;
                };
        };
    }

    private static boolean accepts(Literal value, DataType type) {
        return switch (value) {
            case Literal.Text _ -> type == DataType.Simple.VARCHAR;
            case Literal.Numeric _ ->
                type == DataType.Simple.INTEGER
                        || type == DataType.Simple.BIGINT
                        || type == DataType.Simple.DOUBLE
                        || type instanceof DataType.Decimal;
            case Literal.Bool _ -> type == DataType.Simple.BOOLEAN;
            case Literal.Date _ -> type == DataType.Simple.DATE;
            case Literal.Timestamp _ ->
                type == DataType.Simple.TIMESTAMP || type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
        };
    }

    private static void requireCount(int characters) {
        if (characters < 1 || characters > 64) {
            throw new IllegalArgumentException("a mask keeps 1 to 64 characters");
        }
    }
}
