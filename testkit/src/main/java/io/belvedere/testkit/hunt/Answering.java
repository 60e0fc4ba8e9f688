package io.belvedere.testkit.hunt;

/** Whoever is asked. Safe for use by many threads. */
public interface Answering {
    /**
     * The answer to a query.
     *
     * @param seed from which lies about the tables are made
     */
    Answer ask(String sql, Mode mode, long seed);

    /** How the query would be answered, for the report of a difference. */
    String explain(String sql, Mode mode, long seed);
}
