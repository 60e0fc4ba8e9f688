package io.belvedere.testkit.hunt;

/** For whom a query is written. */
enum Side {
    /** The product's own SQL. */
    ASKED,
    /** The same meaning in the words of the one PostgreSQL that holds everything. */
    ORACLE,
    /**
     * As the oracle, with every expression computed for every row that it could be computed for in any order of work; a view without rows has one of
     * NULLs, so that a sub-query beside it is computed.
     */
    EXPOSED
}
