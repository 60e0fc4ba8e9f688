package io.belvedere.bench;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rows of one run, for comparing with those of another: numbers by their value, whatever their class, and rows in any order where the query asks for none.
 *
 * @param rows cells as whoever read them has them
 */
record Answer(List<List<Object>> rows, Order order) {
    /** Whether the order of the rows is part of the answer. */
    enum Order {
        GIVEN,
        ANY
    }

    boolean sameAs(Answer other) {
        return comparable().equals(other.comparable());
    }

    private List<List<String>> comparable() {
        Stream<List<String>> texts =
                rows.stream().map(row -> row.stream().map(Answer::text).toList());
        return order == Order.GIVEN
                ? texts.toList()
                : texts.sorted((one, other) -> one.toString().compareTo(other.toString()))
                        .toList();
    }

    private static String text(Object cell) {
        return switch (cell) {
            case BigDecimal number -> number.stripTrailingZeros().toPlainString();
            case null -> "NULL";
            default -> cell.toString();
        };
    }
}
