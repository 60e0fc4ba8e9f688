package io.belvedere.federation.hunt;

import java.util.List;
import java.util.Optional;

/** Conditions that all hidden rows fail, or what a mask hides, and that rows which are seen fail some of. */
final class Pokes {
    /** Of so many seeds one pokes. */
    private static final int EVERY = 4;

    private static final List<String> TABLES =
            List.of("people", "places", "events", "notes", "orders", "items", "guarded", "mixed");
    private static final List<String> CONDITIONS = List.of(
            "100 / k > 0",
            "MOD(7, k) >= 0",
            "CAST(u AS INTEGER) > 0",
            "CAST(u AS DATE) IS NOT NULL",
            "CAST(t AS INTEGER) > 0",
            "EXP(x) > 0",
            "SQRT(x) >= 0",
            "LN(d2) < 100",
            "k + 2147483640 > 0",
            "CAST(g AS INTEGER) > 0",
            "g * 9007199254740993 > 0",
            "10 / (k - 1) > 0",
            "EXTRACT(YEAR FROM happened_at) > 0",
            "CAST(happened_at AS VARCHAR) < 'X'",
            "10 / d4 > 0",
            "CHAR_LENGTH(u) / CHAR_LENGTH(t) >= 0");

    private Pokes() {}

    /** A count with such a condition, alone and where another condition saves some rows; empty for most seeds. */
    static Optional<String> of(long seed) {
        if (seed % EVERY != 0) {
            return Optional.empty();
        }
        long turn = seed / EVERY;
        String table = TABLES.get((int) (turn % TABLES.size()));
        String condition = CONDITIONS.get((int) (turn / TABLES.size() % CONDITIONS.size()));
        String saved = turn % 3 == 0 ? "" : " AND id < " + turn % 13;
        return Optional.of("SELECT COUNT(*) AS n FROM hunt." + table + " WHERE " + condition + saved);
    }
}
