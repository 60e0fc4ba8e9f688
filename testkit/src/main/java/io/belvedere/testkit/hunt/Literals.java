package io.belvedere.testkit.hunt;

import io.belvedere.testkit.hunt.Node.Constant;
import io.belvedere.testkit.hunt.Node.Form;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Constants of every type: mostly values that rows have, and odd ones that engines read differently. */
final class Literals {
    private static final int HELD_PERCENT = 75;
    private static final List<String> DECIMALS = List.of("0.00", "0.50", "1.5", "-2.50", "10.0", "0.0001");
    private static final List<String> DOUBLES = List.of("0", "0.5", "1.5", "2.5", "-2.5", "100.25");
    private static final List<String> TEXTS = List.of(
            "", " ", "a", "A", "a ", " a", "ä", "Ä", "ss", "SS", "é", "e", "it's", "x\\y", "x%", "10", "z", "Z", "😀",
            "日本");
    private static final List<String> PATTERNS =
            List.of("%", "", "a%", "%a", "_", "A_", "%ä%", "x\\%", "%\\%", "__", "% ", "%s%s%", "%'%", "😀%", "_%_");
    /** With an exclamation mark as the sign before a sign that stands for itself. */
    private static final List<String> ESCAPED =
            List.of("x!%%", "x!_y", "%!%%", "!%", "!!%", "%!_%", "_!%_", "a%", "x\\%", "%!!", "😀!_");

    private static final List<String> DATES =
            List.of("1500-03-01", "1970-01-01", "2000-02-29", "2024-01-01", "2024-02-29", "2024-12-30");
    private static final List<String> TIMESTAMPS = List.of(
            "1969-12-31 23:59:59.999999", "2000-02-29 12:34:56.789", "2024-03-31 02:30:00", "2024-02-29 00:00:00");
    private static final List<String> TIMES = List.of("00:00:00", "12:00:00", "23:59:59.999999");
    private static final List<String> DAYS =
            List.of("'1' DAY", "'30' DAY", "'1' MONTH", "'11' MONTH", "'1' YEAR", "'4' YEAR");
    private static final List<String> SPANS =
            List.of("'1' HOUR", "'90' MINUTE", "'1' DAY", "'1' MONTH", "'1' YEAR", "'5' SECOND");
    private static final List<String> DIVISORS = List.of("-3", "-2", "2", "3", "7");
    private static final List<String> LIMITS = List.of("0", "1", "1", "2", "2", "3", "3", "5", "5", "8", "13", "21");

    private Literals() {}

    static Node draw(Chance chance, Sort sort) {
        return switch (sort) {
            case INTEGER -> whole(sort, drawn(chance, HuntedRows.WHOLE, numbers(-3, 10)));
            case BIGINT -> large(drawn(chance, HuntedRows.LARGE, numbers(-3, 20)));
            case DECIMAL -> decimal(drawn(chance, chance.pick(List.of(HuntedRows.CENTS, HuntedRows.FINE)), DECIMALS));
            case DOUBLE -> fraction(drawn(chance, HuntedRows.BINARY, DOUBLES));
            case TEXT ->
                text(drawn(chance, chance.pick(List.of(HuntedRows.TEXTS, HuntedRows.LATIN, HuntedRows.WORDS)), TEXTS));
            case BOOLEAN -> truth(chance.percent(50));
            case DATE -> date(drawn(chance, HuntedRows.DATES, DATES));
            case TIMESTAMP -> timestamp(drawn(chance, HuntedRows.TIMESTAMPS, TIMESTAMPS));
            case INSTANT -> instant(drawn(chance, HuntedRows.INSTANTS, TIMESTAMPS));
            case TIME -> only(sort, "TIME '" + drawn(chance, HuntedRows.TIMES, TIMES) + "'");
            case DIVISOR -> whole(sort, chance.pick(DIVISORS));
            case LENGTH -> whole(sort, Integer.toString(chance.between(0, 4)));
            case LIMIT -> whole(sort, chance.pick(LIMITS));
            case PATTERN -> pattern(sort, chance.pick(PATTERNS));
            case ESCAPED -> pattern(sort, chance.pick(ESCAPED));
            case DAYS -> only(sort, "INTERVAL " + chance.pick(DAYS));
            case SPAN -> only(sort, "INTERVAL " + chance.pick(SPANS));
            case QUERY, FROM, CLAUSE -> throw new IllegalArgumentException("there is no constant " + sort);
        };
    }

    private static String drawn(Chance chance, List<String> held, List<String> odd) {
        return chance.pick(chance.percent(HELD_PERCENT) ? held : odd);
    }

    private static List<String> numbers(int least, int most) {
        return IntStream.rangeClosed(least, most).mapToObj(Integer::toString).toList();
    }

    static Node none(Sort sort) {
        String asked = type(sort, Side.ASKED);
        return new Constant(
                sort,
                "CAST(NULL AS " + asked + ")",
                "CAST(? AS " + asked + ")",
                "CAST(NULL AS " + type(sort, Side.ORACLE) + ")",
                Optional.empty(),
                Form.LITERAL);
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
            case DIVISOR, LENGTH, LIMIT, PATTERN, ESCAPED, DAYS, SPAN, QUERY, FROM, CLAUSE ->
                throw new IllegalArgumentException("there is no type " + sort);
        };
    }

    /** What a value shrinks to. */
    static List<Node> simplest(Sort sort) {
        return switch (sort) {
            case INTEGER -> List.of(whole(sort, "1"));
            case BIGINT -> List.of(large("1"));
            case DECIMAL -> List.of(decimal("1.5"));
            case DOUBLE -> List.of(fraction("1.5"));
            case TEXT -> List.of(text("a"));
            case BOOLEAN -> List.of(truth(true), truth(false));
            case DATE -> List.of(date("2024-01-01"));
            case TIMESTAMP -> List.of(timestamp("2024-01-01 00:00:00"));
            case TIME -> List.of(only(sort, "TIME '12:00:00'"));
            case INSTANT, DIVISOR, LENGTH, LIMIT, PATTERN, ESCAPED, DAYS, SPAN, QUERY, FROM, CLAUSE -> List.of();
        };
    }

    private static Node whole(Sort sort, String digits) {
        return literal(sort, signed(digits), "?", signed(digits), new BigDecimal(digits));
    }

    private static Node large(String digits) {
        String text = "CAST(" + signed(digits) + " AS BIGINT)";
        return literal(Sort.BIGINT, text, "CAST(? AS BIGINT)", text, new BigDecimal(digits));
    }

    private static Node decimal(String digits) {
        return literal(Sort.DECIMAL, signed(digits), "?", signed(digits), new BigDecimal(digits));
    }

    private static Node fraction(String digits) {
        BigDecimal value = new BigDecimal(digits);
        String plain = value.toPlainString();
        return literal(
                Sort.DOUBLE,
                "CAST(" + plain + " AS DOUBLE)",
                "CAST(? AS DOUBLE)",
                "CAST(" + plain + " AS DOUBLE PRECISION)",
                value);
    }

    private static Node truth(boolean value) {
        String word = value ? "TRUE" : "FALSE";
        return literal(Sort.BOOLEAN, word, "?", word, value);
    }

    private static Node text(String value) {
        return literal(Sort.TEXT, quoted(value), "?", "CAST(" + quoted(value) + " AS TEXT)", value);
    }

    private static Node pattern(Sort sort, String value) {
        return literal(sort, quoted(value), "?", quoted(value), value);
    }

    private static Node date(String day) {
        String text = spelled("DATE", day);
        return literal(Sort.DATE, text, "?", text, LocalDate.parse(day));
    }

    private static Node timestamp(String moment) {
        String text = spelled("TIMESTAMP", moment);
        return literal(Sort.TIMESTAMP, text, "?", text, LocalDateTime.parse(moment.replace(' ', 'T')));
    }

    /** Some moments are texts that are cast; which, the moment decides, so that a seed means the same query as ever. */
    private static String spelled(String type, String moment) {
        return moment.hashCode() % 3 == 0 ? "CAST('" + moment + "' AS " + type + ")" : type + " '" + moment + "'";
    }

    private static Node instant(String moment) {
        String text = "CAST(TIMESTAMP '" + moment + "' AS TIMESTAMP WITH TIME ZONE)";
        return literal(
                Sort.INSTANT,
                text,
                "CAST(? AS TIMESTAMP WITH TIME ZONE)",
                text,
                LocalDateTime.parse(moment.replace(' ', 'T')));
    }

    /** One that no parameter has the type of. */
    private static Node only(Sort sort, String text) {
        return new Constant(sort, text, "", text, Optional.empty(), Form.LITERAL);
    }

    private static Node literal(Sort sort, String literal, String parameter, String oracle, Object value) {
        return new Constant(sort, literal, parameter, oracle, Optional.of(value), Form.LITERAL);
    }

    private static String signed(String digits) {
        return digits.startsWith("-") ? "(" + digits + ")" : digits;
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
