package io.belvedere.testkit.hunt;

import java.util.List;
import java.util.Optional;

/** Whoever is asked. Safe for use by many threads. */
public interface Answering {
    /**
     * Begins to ask queries in one mode. What is learned from one of them is kept for the next, so that the same seed finds the same.
     *
     * @param seed from which lies about the tables are made
     */
    Session open(Mode mode, long seed);

    /** A few queries in a row; used by one thread. */
    interface Session {
        /**
         * The answer to a query.
         *
         * @param parameters a value for each {@code ?}, empty for NULL: {@code BigDecimal}, {@code String}, {@code Boolean},
         *     {@code LocalDate}, {@code LocalDateTime}
         */
        Answer ask(String sql, List<Optional<Object>> parameters);

        /** How the query would be answered, for the report of a difference. */
        String explain(String sql, List<Optional<Object>> parameters);

        /** How many answers came from a plan that was there already. */
        long fromKeptPlans();
    }
}
