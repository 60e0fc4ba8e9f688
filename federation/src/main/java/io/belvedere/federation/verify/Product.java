package io.belvedere.federation.verify;

import io.belvedere.model.source.SourceKind;
import java.util.Locale;
import java.util.Set;

/** What must be known of a product to read its statements; stated here a second time, apart from the sheets that they are written by. */
enum Product {
    POSTGRESQL('"', '"', Backslash.REFUSED, Texts.ORDER_IS_SPELLED),
    MYSQL_FAMILY('`', '`', Backslash.REFUSED, Texts.SPELLED),
    ORACLE('"', '"', Backslash.CHARACTER, Texts.PLAIN),
    SQLSERVER('[', ']', Backslash.REFUSED, Texts.SPELLED),
    DUCKDB('"', '"', Backslash.CHARACTER, Texts.PLAIN);

    /** What a backslash in a plain literal is. */
    enum Backslash {
        CHARACTER,
        /** It means something under some setting, and so is never written. */
        REFUSED
    }

    /** When two texts compare by code point. */
    enum Texts {
        PLAIN,
        /** Equality is by code point, an order has to name a collation. */
        ORDER_IS_SPELLED,
        /** Every comparison has to name a collation. */
        SPELLED
    }

    /** Collations that compare by code point. */
    private static final Set<String> BINARY =
            Set.of("C", "UTF8MB4_NOPAD_BIN", "UTF8MB4_0900_BIN", "LATIN1_GENERAL_100_BIN2");

    private final char open;
    private final char close;
    private final Backslash backslash;
    private final Texts texts;

    Product(char open, char close, Backslash backslash, Texts texts) {
        this.open = open;
        this.close = close;
        this.backslash = backslash;
        this.texts = texts;
    }

    static Product of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> POSTGRESQL;
            case MARIADB, MYSQL -> MYSQL_FAMILY;
            case ORACLE -> ORACLE;
            case SQLSERVER -> SQLSERVER;
            case DUCKDB, PARQUET, CSV -> DUCKDB;
        };
    }

    char open() {
        return open;
    }

    char close() {
        return close;
    }

    boolean refusesBackslash() {
        return backslash == Backslash.REFUSED;
    }

    static boolean isBinary(String collation) {
        return BINARY.contains(collation.toUpperCase(Locale.ROOT));
    }

    /** Whether a comparison of texts by this operator must name a collation. */
    boolean spells(String operator) {
        return switch (texts) {
            case PLAIN -> false;
            case ORDER_IS_SPELLED -> !operator.equals("=") && !operator.equals("<>");
            case SPELLED -> true;
        };
    }

    /** Whether a condition is no value there, so that truth values are numbers. */
    boolean hasNumbersForTruth() {
        return this == ORACLE || this == SQLSERVER;
    }
}
