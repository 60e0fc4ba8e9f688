package io.belvedere.testkit.hunt;

import java.util.List;

/** Constants of every type, with the odd ones that engines read differently. */
final class Literals {
    private static final List<String> TEXTS = List.of(
            "", " ", "a", "A", "a ", " a", "ä", "Ä", "ss", "SS", "é", "e", "it''s", "x\\y", "x%", "10", "z", "Z", "😀",
            "日本");
    private static final List<String> PATTERNS =
            List.of("%", "", "a%", "%a", "_", "A_", "%ä%", "x\\%", "%\\%", "__", "% ", "%s%s%", "%''%", "😀%", "_%_");
    private static final List<String> DATES =
            List.of("1500-03-01", "1970-01-01", "2000-02-29", "2024-01-01", "2024-02-29", "2024-12-30");
    private static final List<String> TIMESTAMPS = List.of(
            "1969-12-31 23:59:59.999999", "2000-02-29 12:34:56.789", "2024-03-31 02:30:00", "2024-02-29 00:00:00");
    private static final List<String> TIMES = List.of("00:00:00", "12:00:00", "23:59:59.999999");
    private static final List<String> DAYS =
            List.of("'1' DAY", "'30' DAY", "'1' MONTH", "'11' MONTH", "'1' YEAR", "'4' YEAR");
    private static final List<String> SPANS =
            List.of("'1' HOUR", "'90' MINUTE", "'1' DAY", "'1' MONTH", "'1' YEAR", "'5' SECOND");

    private Literals() {}

    static Node draw(Chance chance, Sort sort) {
        return switch (sort) {
            case INTEGER -> number(sort, chance.between(-3, 10));
            case BIGINT -> Node.of(sort, "CAST(" + chance.between(-3, 100) + " AS BIGINT)");
            case DECIMAL -> Node.of(sort, chance.pick(List.of("0.00", "0.50", "1.5", "(-2.50)", "10.0", "0.0001")));
            case DOUBLE -> {
                String digits = chance.pick(List.of("0", "0.5", "1.5", "2.5", "-2.5", "100.25"));
                yield Node.of(sort, "CAST(" + digits + " AS DOUBLE)", "CAST(" + digits + " AS DOUBLE PRECISION)");
            }
            case TEXT -> text(chance.pick(TEXTS));
            case BOOLEAN -> Node.of(sort, chance.percent(50) ? "TRUE" : "FALSE");
            case DATE -> Node.of(sort, "DATE '" + chance.pick(DATES) + "'");
            case TIMESTAMP -> Node.of(sort, "TIMESTAMP '" + chance.pick(TIMESTAMPS) + "'");
            case INSTANT ->
                Node.of(sort, "CAST(TIMESTAMP '" + chance.pick(TIMESTAMPS) + "' AS TIMESTAMP WITH TIME ZONE)");
            case TIME -> Node.of(sort, "TIME '" + chance.pick(TIMES) + "'");
            case DIVISOR -> number(sort, chance.pick(List.of(-3, -2, 2, 3, 7)));
            case LENGTH -> number(sort, chance.between(0, 4));
            case PATTERN -> Node.of(sort, "'" + chance.pick(PATTERNS) + "'");
            case DAYS -> interval(sort, chance.pick(DAYS));
            case SPAN -> interval(sort, chance.pick(SPANS));
            case QUERY, FROM, CLAUSE -> throw new IllegalArgumentException("there is no constant " + sort);
        };
    }

    static Node none(Sort sort) {
        return Node.of(
                sort, "CAST(NULL AS " + type(sort, Side.ASKED) + ")", "CAST(NULL AS " + type(sort, Side.ORACLE) + ")");
    }

    static String type(Sort sort, Side side) {
        return switch (sort) {
            case INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case DECIMAL -> "DECIMAL(18, 4)";
            case DOUBLE -> side == Side.ASKED ? "DOUBLE" : "DOUBLE PRECISION";
            case TEXT -> side == Side.ASKED ? "VARCHAR" : "TEXT";
            case BOOLEAN -> "BOOLEAN";
            case DATE -> "DATE";
            case TIMESTAMP -> "TIMESTAMP";
            case INSTANT -> "TIMESTAMP WITH TIME ZONE";
            case TIME -> "TIME";
            case DIVISOR, LENGTH, PATTERN, DAYS, SPAN, QUERY, FROM, CLAUSE ->
                throw new IllegalArgumentException("there is no type " + sort);
        };
    }

    /** What a value shrinks to. */
    static List<Node> simplest(Sort sort) {
        return switch (sort) {
            case INTEGER -> List.of(number(sort, 1));
            case BIGINT -> List.of(Node.of(sort, "CAST(1 AS BIGINT)"));
            case DECIMAL -> List.of(Node.of(sort, "1.5"));
            case DOUBLE -> List.of(Node.of(sort, "CAST(1.5 AS DOUBLE)", "CAST(1.5 AS DOUBLE PRECISION)"));
            case TEXT -> List.of(text("a"));
            case BOOLEAN -> List.of(Node.of(sort, "TRUE"), Node.of(sort, "FALSE"));
            case DATE -> List.of(Node.of(sort, "DATE '2024-01-01'"));
            case TIMESTAMP -> List.of(Node.of(sort, "TIMESTAMP '2024-01-01 00:00:00'"));
            case TIME -> List.of(Node.of(sort, "TIME '12:00:00'"));
            case INSTANT, DIVISOR, LENGTH, PATTERN, DAYS, SPAN, QUERY, FROM, CLAUSE -> List.of();
        };
    }

    private static Node number(Sort sort, int value) {
        return Node.of(sort, value < 0 ? "(" + value + ")" : Integer.toString(value));
    }

    private static Node text(String escaped) {
        return Node.of(Sort.TEXT, "'" + escaped + "'", "CAST('" + escaped + "' AS TEXT)");
    }

    private static Node interval(Sort sort, String amount) {
        return Node.of(sort, "INTERVAL " + amount);
    }
}
