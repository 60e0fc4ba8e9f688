package io.belvedere.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a column in a contract; SQL names, one meaning on every source.
 *
 * <p>{@code timestamp} has microseconds and no zone; {@code timestamp with time zone} is an instant in UTC. Text is Unicode,
 * compared by code point. Money is {@code decimal(p,s)}, never a binary fraction.
 */
public sealed interface DataType {
    int DECIMAL_PRECISION_MAX = 38;

    /** A type without parameters. */
    enum Simple implements DataType {
        BOOLEAN,
        INTEGER,
        BIGINT,
        DOUBLE,
        VARCHAR,
        VARBINARY,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMP_WITH_TIME_ZONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** An exact decimal number. */
    record Decimal(int precision, int scale) implements DataType {
        public Decimal {
            if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale < 0 || scale > precision) {
                throw new IllegalArgumentException(
                        "decimal(p,s) needs 1 <= p <= " + DECIMAL_PRECISION_MAX + " and 0 <= s <= p");
            }
        }

        @Override
        public String toString() {
            return "decimal(" + precision + "," + scale + ")";
        }
    }

    /** Reads a type as contracts write it; throws {@link IllegalArgumentException} for an unknown one. */
    static DataType parse(String text) {
        String form = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        Matcher decimal = DECIMAL.matcher(form);
        if (decimal.matches()) {
            return new Decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        for (Simple simple : Simple.values()) {
            if (simple.toString().equals(form)) {
                return simple;
            }
        }
        throw new IllegalArgumentException(
                "not a type: boolean, integer, bigint, double, decimal(p,s), varchar, varbinary,"
                        + " date, time, timestamp or timestamp with time zone");
    }

    /** {@code decimal(p,s)}, with optional spaces. */
    Pattern DECIMAL = Pattern.compile("decimal ?\\( ?(\\d{1,3}) ?, ?(\\d{1,3}) ?\\)");
}
