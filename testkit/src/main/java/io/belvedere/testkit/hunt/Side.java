package io.belvedere.testkit.hunt;

/** For whom a query is written. */
enum Side {
    /** The product's own SQL. */
    ASKED,
    /** The same meaning in the words of the one PostgreSQL that holds everything. */
    ORACLE
}
