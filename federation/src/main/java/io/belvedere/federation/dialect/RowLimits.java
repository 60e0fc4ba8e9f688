package io.belvedere.federation.dialect;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The clauses that limit the number of rows, in the form that a product's sheet names. */
final class RowLimits {
    private RowLimits() {}

    /** @param ordered whether an ORDER BY stands before it */
    static String write(Dialect dialect, Optional<String> rows, Optional<String> skipped, boolean ordered) {
        return switch (dialect.sheet().limit()) {
            case LIMIT_OFFSET -> clauses(rows.map("LIMIT "::concat), skipped.map("OFFSET "::concat));
            case LIMIT_BEFORE_OFFSET ->
                clauses(
                        rows.map("LIMIT "::concat).or(() -> skipped.map(_ -> dialect.fence())),
                        skipped.map("OFFSET "::concat));
            case FETCH -> clauses(skipped.map(RowLimits::offsetRows), rows.map(RowLimits::fetchRows));
            case ORDERED_FETCH -> orderedFetch(rows, skipped, ordered);
        };
    }

    private static String orderedFetch(Optional<String> rows, Optional<String> skipped, boolean ordered) {
        String clauses = clauses(
                skipped.or(() -> rows.map(_ -> "0")).map(RowLimits::offsetRows), rows.map(RowLimits::fetchRows));
        return clauses.isEmpty() || ordered ? clauses : "ORDER BY (SELECT NULL) " + clauses;
    }

    private static String offsetRows(String rows) {
        return "OFFSET " + rows + " ROWS";
    }

    private static String fetchRows(String rows) {
        return "FETCH NEXT " + rows + " ROWS ONLY";
    }

    private static String clauses(Optional<String> first, Optional<String> second) {
        return Stream.of(first, second).flatMap(Optional::stream).collect(Collectors.joining(" "));
    }
}
