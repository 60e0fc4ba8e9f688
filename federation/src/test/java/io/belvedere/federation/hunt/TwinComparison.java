package io.belvedere.federation.hunt;

import io.belvedere.federation.hunt.TwinHouse.Said;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether two worlds said the same: columns, rows, error, plan. Rows in their order where the query gives them one, as a bag where not. A sum
 * of doubles depends on the order of its rows in its last digits, and so may the worlds'; every other value is the same to the bit.
 */
final class TwinComparison {
    private static final Pattern DOUBLE = Pattern.compile("(?<= \\| |^)(-?0x[0-9a-f.]+p-?[0-9]+)d(?= \\| )");
    private static final int DIGITS = 11;

    private TwinComparison() {}

    /** What tells the worlds apart; empty where nothing does. */
    static Optional<String> difference(String sql, Said one, Said other) {
        if (TwinsAsked.hasCanary(one) || TwinsAsked.hasCanary(other)) {
            return Optional.of("a canary: " + one + "\n" + other);
        }
        if (isShown(one) && isShown(other) && !one.explained().equals(other.explained())) {
            return Optional.of("plan\nfew " + one.explained() + "\nmany " + other.explained());
        }
        if (one.answer() instanceof Said.Answer.Rows here && other.answer() instanceof Said.Answer.Rows there) {
            boolean same = here.columns().equals(there.columns())
                    && (comparable(sql, here.rows()).equals(comparable(sql, there.rows()))
                            || comparable(sql, rounded(here.rows())).equals(comparable(sql, rounded(there.rows()))));
            return same
                    ? Optional.empty()
                    : Optional.of("row differs\nfew " + here.columns() + here.rows() + "\nmany " + there.columns()
                            + there.rows());
        }
        return one.answer().equals(other.answer())
                ? Optional.empty()
                : Optional.of("answer\nfew " + one.answer() + "\nmany " + other.answer());
    }

    /** A plan that is kept for others has no report any more; whoever asks for a plan is given one that was made for the question. */
    private static boolean isShown(Said said) {
        return !said.explained().isBlank();
    }

    private static List<String> comparable(String sql, List<String> rows) {
        return isOrdered(sql) ? rows : rows.stream().sorted().toList();
    }

    private static List<String> rounded(List<String> rows) {
        return rows.stream()
                .map(row -> DOUBLE.matcher(row)
                        .replaceAll(number -> new BigDecimal(Double.parseDouble(number.group(1)))
                                .round(new MathContext(DIGITS))
                                .stripTrailingZeros()
                                .toString()))
                .toList();
    }

    /** Whether the query itself, and not only one in it, has an order. */
    static boolean isOrdered(String sql) {
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (depth == 0 && sql.startsWith("ORDER BY", i)) {
                return true;
            }
        }
        return false;
    }
}
