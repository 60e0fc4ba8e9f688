package io.belvedere.testkit.hunt;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether two answers say the same. Numbers are equal as numbers; doubles may differ in the last of twelve digits. */
final class Comparison {
    private static final int DIGITS = 50;
    private static final double SHARE = 1e-9;
    private static final double LEAST = 1e-9;

    private Comparison() {}

    /** What differs first; empty when nothing does. */
    static Optional<String> difference(HuntedQuery query, Answer.Rows ours, Answer.Rows theirs) {
        List<List<Object>> left = rows(ours);
        List<List<Object>> right = rows(theirs);
        if (!query.isOrdered()) {
            Comparator<List<Object>> order = Comparator.comparing(row -> key(row));
            left.sort(order);
            right.sort(order);
        }
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            Object one = i < left.size() ? left.get(i) : "no row";
            Object other = i < right.size() ? right.get(i) : "no row";
            if (i >= left.size() || i >= right.size() || !same(left.get(i), right.get(i))) {
                return Optional.of("row " + (i + 1) + " of " + left.size() + " (oracle: " + right.size()
                        + "):\n  ours   " + one + "\n  oracle " + other);
            }
        }
        return Optional.empty();
    }

    private static boolean same(List<Object> left, List<Object> right) {
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                return false;
            }
        }
        return left.size() == right.size();
    }

    private static boolean same(Object left, Object right) {
        if (left instanceof Double one && right instanceof Double other) {
            return one.equals(other)
                    || Math.abs(one - other) <= Math.max(LEAST, SHARE * Math.max(Math.abs(one), Math.abs(other)));
        }
        return left.equals(right);
    }

    /** Doubles last and short, with a mark in their place, so that a difference in their last digits does not change the order of rows. */
    private static String key(List<Object> row) {
        StringBuilder exact = new StringBuilder();
        StringBuilder rough = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            if (row.get(i) instanceof Double number && !number.isNaN() && !number.isInfinite()) {
                BigDecimal value = BigDecimal.valueOf(number).round(new MathContext(7, RoundingMode.HALF_UP));
                exact.append("#|");
                rough.append(value.stripTrailingZeros()).append('|');
            } else {
                exact.append(row.get(i)).append('|');
            }
        }
        return exact.toString() + rough;
    }

    private static List<List<Object>> rows(Answer.Rows answer) {
        List<List<Object>> rows = new ArrayList<>();
        for (List<@Nullable Object> row : answer.rows()) {
            List<Object> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                cells.add(cell(row.get(i)));
            }
            rows.add(cells);
        }
        return rows;
    }

    private static Object cell(@Nullable Object value) {
        return switch (value) {
            case null -> "NULL";
            case Double number -> number + 0.0;
            case Number number ->
                new BigDecimal(number.toString())
                        .round(new MathContext(DIGITS))
                        .stripTrailingZeros()
                        .toPlainString();
            case OffsetDateTime at -> at.toInstant();
            case String text -> "'" + text + "'";
            default -> value;
        };
    }
}
