package io.belvedere.testkit.hunt;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                if (!query.isOrdered() && matches(left, right)) {
                    return Optional.empty();
                }
                return Optional.of("row " + (i + 1) + " of " + left.size() + " (oracle: " + right.size()
                        + "):\n  ours   " + one + "\n  oracle " + other);
            }
        }
        return Optional.empty();
    }

    /** Whether each row has another of its own; where doubles are near each other, their last digits may have put them in another order. */
    private static boolean matches(List<List<Object>> left, List<List<Object>> right) {
        Map<String, List<List<Object>>> open = new HashMap<>();
        right.forEach(
                row -> open.computeIfAbsent(exact(row), _ -> new ArrayList<>()).add(row));
        for (List<Object> row : left) {
            List<List<Object>> alike = open.getOrDefault(exact(row), List.of());
            Optional<List<Object>> match = alike.stream().min(Comparator.comparingDouble(each -> distance(row, each)));
            if (match.filter(each -> same(row, each)).isEmpty()) {
                return false;
            }
            alike.remove(match.get());
        }
        return left.size() == right.size();
    }

    private static double distance(List<Object> left, List<Object> right) {
        double distance = 0;
        for (int i = 0; i < left.size(); i++) {
            if (left.get(i) instanceof Double one && right.get(i) instanceof Double other && isRough(one)) {
                distance += Math.abs(one - other);
            }
        }
        return distance;
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

    /** Doubles last and short, so that a difference in their last digits does not change the order of rows. */
    private static String key(List<Object> row) {
        StringBuilder rough = new StringBuilder(exact(row));
        for (Object cell : row) {
            if (isRough(cell)) {
                BigDecimal value = BigDecimal.valueOf((Double) cell).round(new MathContext(7, RoundingMode.HALF_UP));
                rough.append(value.stripTrailingZeros()).append('|');
            }
        }
        return rough.toString();
    }

    /** A row with a mark in the place of each double. */
    private static String exact(List<Object> row) {
        StringBuilder exact = new StringBuilder();
        for (Object cell : row) {
            exact.append(isRough(cell) ? "#" : cell).append('|');
        }
        return exact.toString();
    }

    private static boolean isRough(Object cell) {
        return cell instanceof Double number && !number.isNaN() && !number.isInfinite();
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
