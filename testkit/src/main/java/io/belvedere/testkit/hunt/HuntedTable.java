package io.belvedere.testkit.hunt;

import java.util.List;

/**
 * A table of the hunted house. All have the same columns, so that any two can be joined and combined; they differ in where they stand and how
 * their text compares there.
 *
 * @param place where its rows are
 * @param text the column type of {@code t} at its source
 * @param word the column type of {@code u} at its source
 */
record HuntedTable(String name, Place place, String text, String word, int rows) {
    /** The columns in the order of every table. */
    static final List<String> NAMES = List.of(
            "id", "k", "g", "flag", "d2", "d4", "x", "t", "u", "w", "happened_on", "happened_at", "seen_at", "opens");

    /** The sources. */
    enum Place {
        MARIA,
        /** Another database of the same MariaDB server. */
        MARIA_TOO,
        POSTGRES,
        /** Split over three databases by the remainder of the id. */
        SHARDS;

        boolean isMariaDb() {
            return this == MARIA || this == MARIA_TOO;
        }

        String source() {
            return switch (this) {
                case MARIA -> "maria";
                case MARIA_TOO -> "maria_too";
                case POSTGRES -> "postgres";
                case SHARDS -> "shards";
            };
        }

        int databases() {
            return this == SHARDS ? 3 : 1;
        }
    }

    static final List<HuntedTable> ALL = List.of(
            new HuntedTable("people", Place.MARIA, utf8("utf8mb4_general_ci"), "VARCHAR(40) CHARACTER SET latin1", 14),
            new HuntedTable("nobody", Place.MARIA, utf8("utf8mb4_general_ci"), "VARCHAR(40) CHARACTER SET latin1", 0),
            new HuntedTable("places", Place.MARIA_TOO, utf8("utf8mb4_unicode_ci"), utf8("utf8mb4_bin"), 12),
            new HuntedTable("events", Place.POSTGRES, "TEXT COLLATE \"C\"", "VARCHAR(40) COLLATE \"de-x-icu\"", 14),
            new HuntedTable("notes", Place.POSTGRES, "TEXT COLLATE \"de-x-icu\"", "TEXT COLLATE \"en-x-icu\"", 12),
            new HuntedTable("nothing", Place.POSTGRES, "TEXT", "TEXT", 0),
            new HuntedTable("orders", Place.SHARDS, "TEXT COLLATE \"en-x-icu\"", "TEXT COLLATE \"C\"", 16),
            new HuntedTable("items", Place.SHARDS, "TEXT COLLATE \"C\"", "TEXT COLLATE \"de-x-icu\"", 18));

    /** Whether a view of this name is of a table without rows. */
    static boolean isEmpty(String view) {
        return ALL.stream().anyMatch(table -> table.name().equals(view) && table.rows() == 0);
    }

    private static String utf8(String collation) {
        return "VARCHAR(40) CHARACTER SET utf8mb4 COLLATE " + collation;
    }

    /** What a column holds. */
    static Sort sort(String column) {
        return switch (column) {
            case "id", "g" -> Sort.BIGINT;
            case "k" -> Sort.INTEGER;
            case "flag" -> Sort.BOOLEAN;
            case "d2", "d4" -> Sort.DECIMAL;
            case "x" -> Sort.DOUBLE;
            case "t", "u", "w" -> Sort.TEXT;
            case "happened_on" -> Sort.DATE;
            case "happened_at" -> Sort.TIMESTAMP;
            case "seen_at" -> Sort.INSTANT;
            case "opens" -> Sort.TIME;
            default -> throw new IllegalArgumentException(column);
        };
    }

    /** What the contract says of a column. */
    static String contractType(String column) {
        return switch (column) {
            case "id", "g" -> "bigint";
            case "k" -> "integer";
            case "flag" -> "boolean";
            case "d2" -> "decimal(10,2)";
            case "d4" -> "decimal(18,4)";
            case "x" -> "double";
            case "t", "u", "w" -> "varchar";
            case "happened_on" -> "date";
            case "happened_at" -> "timestamp";
            case "seen_at" -> "timestamp with time zone";
            case "opens" -> "time";
            default -> throw new IllegalArgumentException(column);
        };
    }

    /** The column's type at its source. */
    String remoteType(String column) {
        boolean maria = place.isMariaDb();
        return switch (column) {
            case "t" -> text;
            case "u" -> word;
            case "w" -> maria ? "CHAR(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci" : "TEXT";
            case "x" -> maria ? "DOUBLE" : "DOUBLE PRECISION";
            case "flag" -> maria ? "TINYINT(1)" : "BOOLEAN";
            case "happened_at" -> maria ? "DATETIME(6)" : "TIMESTAMP";
            case "seen_at" -> maria ? "TIMESTAMP(6) NULL" : "TIMESTAMP WITH TIME ZONE";
            case "opens" -> maria ? "TIME(6)" : "TIME";
            default -> contractType(column);
        };
    }
}
