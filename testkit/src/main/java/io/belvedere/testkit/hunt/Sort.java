package io.belvedere.testkit.hunt;

/** What may stand where a part of a query stands: a value of a type, or a clause. */
public enum Sort {
    INTEGER,
    BIGINT,
    DECIMAL,
    DOUBLE,
    TEXT,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    INSTANT,
    TIME,
    /** A whole number other than zero, as a literal. */
    DIVISOR,
    /** A whole number from 0 to 4, as a literal. */
    LENGTH,
    /** How many rows, as a literal. */
    LIMIT,
    /** A text literal for LIKE. */
    PATTERN,
    /** A text literal for LIKE, in which an exclamation mark takes the next sign's meaning away. */
    ESCAPED,
    /** An interval of years, months or days, as a literal. */
    DAYS,
    /** An interval of any unit, as a literal. */
    SPAN,
    /** A sub-query's text, in round brackets. */
    QUERY,
    FROM,
    CLAUSE;

    boolean isNumber() {
        return compareTo(DOUBLE) <= 0;
    }

    boolean isValue() {
        return compareTo(TIME) <= 0;
    }
}
