package io.belvedere.model.source;

import io.belvedere.model.DataType;
import java.time.DateTimeException;
import java.time.LocalDate;

/** A value of a shard key. Its {@code toString} never shows the value, which may be somebody's data. */
public sealed interface ShardKey {
    /** A value of an {@code integer} or {@code bigint}. */
    record Whole(long value) implements ShardKey {
        @Override
        public String toString() {
            return "number";
        }
    }

    /** A {@code varchar}; two are equal by code point. */
    record Text(String value) implements ShardKey {
        @Override
        public String toString() {
            return "text";
        }
    }

    /** A {@code date}. */
    record Day(LocalDate value) implements ShardKey {
        @Override
        public String toString() {
            return "date";
        }
    }

    /** Whether values of the type can be compared with the bounds of a range. */
    static boolean isOrdered(DataType type) {
        return isWhole(type) || type == DataType.Simple.DATE;
    }

    /** Whether the type has shard keys at all, beside those of an opaque split. */
    static boolean isKey(DataType type) {
        return isOrdered(type) || type == DataType.Simple.VARCHAR;
    }

    static boolean isWhole(DataType type) {
        return type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT;
    }

    /**
     * Reads a value: digits, a date as {@code 2026-11-23}, or the text itself.
     *
     * @throws IllegalArgumentException for a text that is no value of the type, or a type without shard keys
     */
    static ShardKey parse(DataType type, String text) {
        if (isWhole(type)) {
            return new Whole(Long.parseLong(text));
        }
        if (type == DataType.Simple.VARCHAR) {
            return new Text(text);
        }
        if (type == DataType.Simple.DATE) {
            try {
                return new Day(LocalDate.parse(text));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("not a date", e);
            }
        }
        throw new IllegalArgumentException("not a type of shard keys");
    }

    /** Below zero, zero or above zero, as the first is below, equal to or above the second. */
    static int compare(ShardKey one, ShardKey other) {
        if (one instanceof Whole(long first) && other instanceof Whole(long second)) {
            return Long.compare(first, second);
        }
        if (one instanceof Day(LocalDate first) && other instanceof Day(LocalDate second)) {
            return first.compareTo(second);
        }
        throw new IllegalArgumentException("only numbers and dates have an order that every source shares");
    }
}
