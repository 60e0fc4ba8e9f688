package io.belvedere.testkit.hunt;

import static io.belvedere.testkit.hunt.Sort.BIGINT;
import static io.belvedere.testkit.hunt.Sort.BOOLEAN;
import static io.belvedere.testkit.hunt.Sort.DATE;
import static io.belvedere.testkit.hunt.Sort.DAYS;
import static io.belvedere.testkit.hunt.Sort.DECIMAL;
import static io.belvedere.testkit.hunt.Sort.DIVISOR;
import static io.belvedere.testkit.hunt.Sort.DOUBLE;
import static io.belvedere.testkit.hunt.Sort.ESCAPED;
import static io.belvedere.testkit.hunt.Sort.INSTANT;
import static io.belvedere.testkit.hunt.Sort.INTEGER;
import static io.belvedere.testkit.hunt.Sort.LENGTH;
import static io.belvedere.testkit.hunt.Sort.PATTERN;
import static io.belvedere.testkit.hunt.Sort.SPAN;
import static io.belvedere.testkit.hunt.Sort.TEXT;
import static io.belvedere.testkit.hunt.Sort.TIME;
import static io.belvedere.testkit.hunt.Sort.TIMESTAMP;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One way to make a value of other values. Where PostgreSQL's own answer is not what docs/semantics.md promises, the oracle's text says what is
 * promised in PostgreSQL's words.
 */
record Rule(Sort gives, String asked, String oracle, String exposed, List<Sort> takes) {
    private static final String DOUBLE_PRECISION = "CAST($1 AS DOUBLE PRECISION)";

    private static final Map<Sort, List<Rule>> ALL = all();

    static List<Rule> giving(Sort sort) {
        return ALL.getOrDefault(sort, List.of());
    }

    private static Map<Sort, List<Rule>> all() {
        List<Rule> rules = new ArrayList<>();
        numbers(rules);
        fractions(rules);
        texts(rules);
        moments(rules);
        conditions(rules);
        choices(rules);
        Map<Sort, List<Rule>> bySort = new EnumMap<>(Sort.class);
        for (Rule rule : rules) {
            bySort.computeIfAbsent(rule.gives(), _ -> new ArrayList<>()).add(rule);
        }
        return bySort;
    }

    private static Rule same(Sort gives, String text, Sort... takes) {
        return new Rule(gives, text, text, text, List.of(takes));
    }

    private static Rule differing(Sort gives, String asked, String oracle, Sort... takes) {
        return new Rule(gives, asked, oracle, oracle, List.of(takes));
    }

    /** Of two conditions either may come first, and save rows from the other. */
    private static Rule exposing(String text, String exposed) {
        return new Rule(BOOLEAN, text, text, exposed, List.of(BOOLEAN, BOOLEAN));
    }

    private static void numbers(List<Rule> rules) {
        for (Sort whole : List.of(INTEGER, BIGINT)) {
            rules.add(same(whole, "($1 + $2)", whole, whole));
            rules.add(same(whole, "($1 - $2)", whole, whole));
            rules.add(same(whole, "($1 * $2)", whole, DIVISOR));
            rules.add(same(whole, Node.Term.DIVISION, whole, DIVISOR));
            rules.add(same(whole, "($1 / NULLIF($2, 0))", whole, whole));
            rules.add(same(whole, "MOD($1, $2)", whole, DIVISOR));
            rules.add(same(whole, "($1 % $2)", whole, DIVISOR));
            rules.add(same(whole, "(- $1)", whole));
            rules.add(same(whole, "ABS($1)", whole));
        }
        rules.add(same(INTEGER, Node.Term.DIVISION, INTEGER, INTEGER));
        rules.add(same(INTEGER, "CHAR_LENGTH($1)", TEXT));
        rules.add(differing(INTEGER, "LENGTH($1)", "CHAR_LENGTH($1)", TEXT));
        // Calcite takes no expression in brackets before IN.
        rules.add(same(INTEGER, "POSITION(COALESCE($1, '') IN $2)", TEXT, TEXT));
        rules.add(same(INTEGER, "CAST($1 AS INTEGER)", DECIMAL));
        rules.add(same(INTEGER, "CAST($1 AS INTEGER)", DOUBLE));
        rules.add(same(BIGINT, "CAST($1 AS BIGINT)", INTEGER));
        rules.add(same(BIGINT, "($1 + $2)", BIGINT, INTEGER));
        for (String unit : List.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOY", "ISODOW")) {
            for (Sort moment : List.of(DATE, TIMESTAMP, INSTANT)) {
                rules.add(extract(unit, moment));
            }
        }
        for (String unit : List.of("HOUR", "MINUTE", "SECOND")) {
            for (Sort moment : List.of(TIMESTAMP, INSTANT, TIME)) {
                rules.add(extract(unit, moment));
            }
        }
        otherMoments(rules);
        rules.add(same(INTEGER, "STRPOS($1, $2)", TEXT, TEXT));
        rules.add(differing(INTEGER, "LOCATE($1, $2)", "STRPOS($2, $1)", TEXT, TEXT));
        rules.add(differing(BIGINT, "YEAR($1)", "CAST(EXTRACT(YEAR FROM $1) AS BIGINT)", DATE));
        rules.add(differing(BIGINT, "DAYOFMONTH($1)", "CAST(EXTRACT(DAY FROM $1) AS BIGINT)", TIMESTAMP));
        rules.add(differing(BIGINT, "HOUR($1)", "CAST(EXTRACT(HOUR FROM $1) AS BIGINT)", TIMESTAMP));
    }

    private static void otherMoments(List<Rule> rules) {
        for (Sort moment : List.of(DATE, TIMESTAMP, INSTANT)) {
            rules.add(extract("DOW", moment));
            rules.add(extract("ISOYEAR", moment));
            rules.add(differing(
                    BIGINT, "EXTRACT(EPOCH FROM $1)", "CAST(FLOOR(EXTRACT(EPOCH FROM $1)) AS BIGINT)", moment));
            rules.add(differing(BIGINT, "DATE_PART('month', $1)", "CAST(EXTRACT(MONTH FROM $1) AS BIGINT)", moment));
            rules.add(differing(
                    BIGINT,
                    "DATEDIFF('day', $1, $2)",
                    "CAST(CAST($2 AS DATE) - CAST($1 AS DATE) AS BIGINT)",
                    moment,
                    moment));
            rules.add(differing(
                    BIGINT,
                    "DATEDIFF('week', $1, $2)",
                    "CAST((CAST(DATE_TRUNC('week', $2) AS DATE) - CAST(DATE_TRUNC('week', $1) AS DATE)) / 7 AS BIGINT)",
                    moment,
                    moment));
            rules.add(differing(
                    BIGINT,
                    "DATEDIFF('month', $1, $2)",
                    "CAST((EXTRACT(YEAR FROM $2) - EXTRACT(YEAR FROM $1)) * 12 + EXTRACT(MONTH FROM $2)"
                            + " - EXTRACT(MONTH FROM $1) AS BIGINT)",
                    moment,
                    moment));
        }
        rules.add(differing(
                BIGINT,
                "DATEDIFF('hour', $1, $2)",
                "CAST((EXTRACT(EPOCH FROM DATE_TRUNC('hour', $2)) - EXTRACT(EPOCH FROM DATE_TRUNC('hour', $1))) / 3600 AS BIGINT)",
                TIMESTAMP,
                TIMESTAMP));
    }

    private static Rule extract(String unit, Sort moment) {
        return differing(
                BIGINT,
                "EXTRACT(" + unit + " FROM $1)",
                "CAST(TRUNC(EXTRACT(" + unit + " FROM $1)) AS BIGINT)",
                moment);
    }

    private static void fractions(List<Rule> rules) {
        rules.add(same(DECIMAL, "($1 + $2)", DECIMAL, DECIMAL));
        rules.add(same(DECIMAL, "($1 - $2)", DECIMAL, INTEGER));
        rules.add(same(DECIMAL, "($1 * $2)", DECIMAL, DIVISOR));
        rules.add(same(DECIMAL, "(- $1)", DECIMAL));
        rules.add(same(DECIMAL, "ABS($1)", DECIMAL));
        rules.add(same(DECIMAL, "FLOOR($1)", DECIMAL));
        rules.add(same(DECIMAL, "CEIL($1)", DECIMAL));
        rules.add(same(DECIMAL, "ROUND($1, 1)", DECIMAL));
        rules.add(same(DECIMAL, "ROUND($1)", DECIMAL));
        rules.add(same(DECIMAL, "TRUNC($1, 1)", DECIMAL));
        rules.add(same(DECIMAL, "TRUNC($1)", DECIMAL));
        rules.add(same(DECIMAL, "GREATEST($1, $2)", DECIMAL, INTEGER));
        rules.add(same(DECIMAL, "CAST($1 AS DECIMAL(20, 1))", DECIMAL));
        rules.add(same(DECIMAL, "CAST($1 AS DECIMAL(20, 0))", DECIMAL));
        rules.add(same(DECIMAL, "(CAST($1 AS DECIMAL(12, 2)) * CAST($2 AS DECIMAL(12, 1)))", DECIMAL, DECIMAL));
        rules.add(same(DECIMAL, "(CAST($1 AS DECIMAL(12, 3)) - $2)", DECIMAL, BIGINT));
        rules.add(same(DECIMAL, "CAST($1 AS DECIMAL(24, 4))", INTEGER));
        rules.add(same(DECIMAL, "CAST($1 AS DECIMAL(24, 4))", BIGINT));
        rules.add(same(DECIMAL, "MOD($1, $2)", DECIMAL, DIVISOR));
        rules.add(differing(
                DOUBLE, "($1 / NULLIF($2, 0))", "(" + DOUBLE_PRECISION + " / NULLIF($2, 0))", DECIMAL, DECIMAL));
        rules.add(differing(DOUBLE, "($1 / $2)", "(" + DOUBLE_PRECISION + " / $2)", DECIMAL, DIVISOR));
        rules.add(differing(DOUBLE, "CAST($1 AS DOUBLE)", DOUBLE_PRECISION, DECIMAL));
        rules.add(differing(DOUBLE, "CAST($1 AS DOUBLE)", DOUBLE_PRECISION, INTEGER));
        rules.add(same(DOUBLE, "($1 + $2)", DOUBLE, DOUBLE));
        rules.add(same(DOUBLE, "($1 - $2)", DOUBLE, DOUBLE));
        rules.add(same(DOUBLE, "($1 * $2)", DOUBLE, DOUBLE));
        rules.add(same(DOUBLE, "($1 / NULLIF($2, 0))", DOUBLE, DOUBLE));
        rules.add(same(DOUBLE, "SQRT(ABS($1))", DOUBLE));
        rules.add(differing(DOUBLE, "POWER($1, 2)", "POWER(" + DOUBLE_PRECISION + ", 2)", INTEGER));
        rules.add(same(DOUBLE, "(FLOOR(LN(1 + ABS($1)) * 1000 + 0.317263) / 1000)", DOUBLE));
        rules.add(same(DOUBLE, "TRUNC($1)", DOUBLE));
        rules.add(same(DOUBLE, "FLOOR($1)", DOUBLE));
        rules.add(same(DOUBLE, "CEIL($1)", DOUBLE));
        rules.add(differing(DOUBLE, "ROUND($1)", "CAST(ROUND(CAST($1 AS NUMERIC)) AS DOUBLE PRECISION)", DOUBLE));
    }

    private static void texts(List<Rule> rules) {
        rules.add(same(TEXT, "($1 || $2)", TEXT, TEXT));
        rules.add(differing(TEXT, "UPPER($1)", "(UPPER($1 COLLATE \"pg_c_utf8\") COLLATE \"C\")", TEXT));
        rules.add(differing(TEXT, "LOWER($1)", "(LOWER($1 COLLATE \"pg_c_utf8\") COLLATE \"C\")", TEXT));
        rules.add(same(TEXT, "CONCAT($1, $2)", TEXT, TEXT));
        rules.add(same(TEXT, "CONCAT($1, '-', $2)", TEXT, INTEGER));
        rules.add(same(TEXT, "LPAD($1, 5, 'ab')", TEXT));
        rules.add(same(TEXT, "RPAD($1, 3)", TEXT));
        rules.add(same(TEXT, "REPEAT($1, 2)", TEXT));
        rules.add(same(TEXT, "SPLIT_PART($1, 'a', 2)", TEXT));
        rules.add(same(TEXT, "SPLIT_PART($1, ' ', 1)", TEXT));
        rules.add(same(TEXT, "LTRIM($1)", TEXT));
        rules.add(same(TEXT, "BTRIM($1, 'ab')", TEXT));
        rules.add(differing(TEXT, "IF($1, $2, $3)", "(CASE WHEN $1 THEN $2 ELSE $3 END)", BOOLEAN, TEXT, TEXT));
        rules.add(same(TEXT, "TRIM($1)", TEXT));
        rules.add(same(TEXT, "TRIM(LEADING 'a' FROM $1)", TEXT));
        rules.add(same(TEXT, "TRIM(TRAILING ' ' FROM $1)", TEXT));
        rules.add(same(TEXT, "SUBSTRING($1 FROM $2)", TEXT, LENGTH));
        rules.add(same(TEXT, "SUBSTRING($1 FROM $2 FOR $3)", TEXT, LENGTH, LENGTH));
        rules.add(same(TEXT, "SUBSTRING($1 FROM $2)", TEXT, INTEGER));
        rules.add(same(TEXT, "LEFT($1, $2)", TEXT, LENGTH));
        rules.add(same(TEXT, "RIGHT($1, $2)", TEXT, LENGTH));
        rules.add(same(TEXT, "REPLACE($1, $2, $3)", TEXT, TEXT, TEXT));
        rules.add(same(TEXT, "TRIM(BOTH 'a' FROM $1)", TEXT));
        rules.add(differing(TEXT, "($1 || CAST($2 AS VARCHAR))", "($1 || CAST($2 AS TEXT))", TEXT, INTEGER));
        rules.add(differing(TEXT, "NVL($1, $2)", "COALESCE($1, $2)", TEXT, TEXT));
        for (Sort printed : List.of(INTEGER, BIGINT, DATE, BOOLEAN, TIMESTAMP, TIME)) {
            rules.add(differing(TEXT, "CAST($1 AS VARCHAR)", "CAST($1 AS TEXT)", printed));
        }
    }

    private static void moments(List<Rule> rules) {
        rules.add(differing(DATE, "($1 + $2)", "CAST($1 + $2 AS DATE)", DATE, DAYS));
        rules.add(differing(DATE, "($1 - $2)", "CAST($1 - $2 AS DATE)", DATE, DAYS));
        rules.add(same(DATE, "CAST($1 AS DATE)", TIMESTAMP));
        rules.add(same(TIMESTAMP, "($1 + $2)", TIMESTAMP, SPAN));
        rules.add(same(TIMESTAMP, "($1 - $2)", TIMESTAMP, SPAN));
        rules.add(same(DATE, "CAST($1 AS DATE)", INSTANT));
        rules.add(same(INSTANT, "($1 + $2)", INSTANT, SPAN));
        rules.add(same(INSTANT, "($1 - $2)", INSTANT, SPAN));
        rules.add(same(TIME, "CAST($1 AS TIME)", INSTANT));
        rules.add(differing(
                DATE,
                "LAST_DAY($1)",
                "CAST(DATE_TRUNC('month', $1) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)",
                DATE));
        rules.add(differing(TIMESTAMP, "TIMESTAMPADD(DAY, 3, $1)", "($1 + INTERVAL '3 days')", TIMESTAMP));
        rules.add(differing(TIMESTAMP, "DATEADD('quarter', -1, $1)", "($1 - INTERVAL '3 months')", TIMESTAMP));
        rules.add(same(TIMESTAMP, "CAST($1 AS TIMESTAMP)", DATE));
        rules.add(same(TIMESTAMP, "CAST($1 AS TIMESTAMP)", INSTANT));
        rules.add(same(INSTANT, "CAST($1 AS TIMESTAMP WITH TIME ZONE)", TIMESTAMP));
        rules.add(same(TIME, "CAST($1 AS TIME)", TIMESTAMP));
        for (String unit : List.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY")) {
            String cut = "DATE_TRUNC('" + unit + "', $1)";
            rules.add(differing(DATE, "FLOOR($1 TO " + unit + ")", "CAST(" + cut + " AS DATE)", DATE));
            rules.add(differing(TIMESTAMP, "FLOOR($1 TO " + unit + ")", cut, TIMESTAMP));
            rules.add(same(TIMESTAMP, cut, TIMESTAMP));
            rules.add(same(INSTANT, cut, INSTANT));
        }
        for (String unit : List.of("HOUR", "MINUTE", "SECOND")) {
            rules.add(same(TIMESTAMP, "DATE_TRUNC('" + unit + "', $1)", TIMESTAMP));
        }
    }

    private static void conditions(List<Rule> rules) {
        rules.add(exposing("($1 AND $2)", "held.both($1, $2)"));
        rules.add(exposing("($1 OR $2)", "held.either($1, $2)"));
        rules.add(same(BOOLEAN, "(NOT $1)", BOOLEAN));
        for (String test : List.of("TRUE", "FALSE", "UNKNOWN", "NOT TRUE", "NOT FALSE", "NOT UNKNOWN")) {
            rules.add(same(BOOLEAN, "($1 IS " + test + ")", BOOLEAN));
        }
        rules.add(differing(BOOLEAN, "($1 LIKE $2)", "($1 LIKE $2 ESCAPE '')", TEXT, PATTERN));
        rules.add(differing(BOOLEAN, "($1 NOT LIKE $2)", "($1 NOT LIKE $2 ESCAPE '')", TEXT, PATTERN));
        rules.add(differing(
                BOOLEAN,
                "($1 ILIKE $2)",
                "(LOWER($1 COLLATE \"pg_c_utf8\") LIKE LOWER($2 COLLATE \"pg_c_utf8\") ESCAPE '')",
                TEXT,
                PATTERN));
        rules.add(same(BOOLEAN, "STARTS_WITH($1, $2)", TEXT, TEXT));
        rules.add(differing(BOOLEAN, "ENDS_WITH($1, $2)", "(RIGHT($1, CHAR_LENGTH($2)) = $2)", TEXT, TEXT));
        rules.add(same(BOOLEAN, "($1 LIKE $2 ESCAPE '!')", TEXT, ESCAPED));
        rules.add(same(BOOLEAN, "($1 NOT LIKE $2 ESCAPE '!')", TEXT, ESCAPED));
        rules.add(differing(BOOLEAN, "($1 LIKE $2)", "($1 LIKE $2 ESCAPE '')", TEXT, TEXT));
        rules.add(differing(BOOLEAN, "($1 LIKE $2 || '%')", "($1 LIKE $2 || '%' ESCAPE '')", TEXT, TEXT));
        for (Sort sort : Sort.values()) {
            if (!sort.isValue()) {
                continue;
            }
            rules.add(withNull("($1 IN ($2, %s, $3))", sort, sort, sort, sort));
            rules.add(withNull("($1 NOT IN ($2, %s))", sort, sort, sort));
            rules.add(same(BOOLEAN, "($1 IS NULL)", sort));
            rules.add(same(BOOLEAN, "($1 IS NOT NULL)", sort));
            for (String operator : List.of("=", "<>", "<", "<=", ">", ">=")) {
                rules.add(same(BOOLEAN, "($1 " + operator + " $2)", sort, sort));
            }
            rules.add(same(BOOLEAN, "($1 = $2)", sort, sort));
            rules.add(same(BOOLEAN, "($1 IS DISTINCT FROM $2)", sort, sort));
            rules.add(same(BOOLEAN, "($1 IS NOT DISTINCT FROM $2)", sort, sort));
            rules.add(same(BOOLEAN, "($1 BETWEEN $2 AND $3)", sort, sort, sort));
            rules.add(same(BOOLEAN, "($1 NOT BETWEEN $2 AND $3)", sort, sort, sort));
            rules.add(same(BOOLEAN, "($1 IN ($2, $3))", sort, sort, sort));
            rules.add(same(BOOLEAN, "($1 NOT IN ($2, $3))", sort, sort, sort));
        }
        rules.add(same(BOOLEAN, "($1 IN ($2, $3, $4, $5, $6))", BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT));
        rules.add(same(BOOLEAN, "($1 IN ($2, $3, $4, $5))", TEXT, TEXT, TEXT, TEXT, TEXT));
        rules.add(same(BOOLEAN, "($1 < $2)", DATE, INSTANT));
        rules.add(same(BOOLEAN, "($1 BETWEEN $2 AND $3)", TIMESTAMP, DATE, DATE));
        rules.add(same(BOOLEAN, "($1 BETWEEN SYMMETRIC $2 AND $3)", INTEGER, INTEGER, INTEGER));
        rules.add(same(BOOLEAN, "($1 < $2)", INTEGER, BIGINT));
        rules.add(same(BOOLEAN, "($1 = $2)", BIGINT, DECIMAL));
        rules.add(same(BOOLEAN, "($1 >= $2)", DECIMAL, DOUBLE));
        rules.add(same(BOOLEAN, "($1 = $2)", INTEGER, DOUBLE));
        rules.add(same(BOOLEAN, "($1 <= $2)", DATE, TIMESTAMP));
        rules.add(same(BOOLEAN, "($1 > $2)", TIMESTAMP, INSTANT));
    }

    /** A list with NULL in it: true or unknown, or false or unknown. */
    private static Rule withNull(String text, Sort sort, Sort... takes) {
        String none = "CAST(NULL AS %s)";
        return differing(
                BOOLEAN,
                text.formatted(none.formatted(Literals.type(sort, Side.ASKED))),
                text.formatted(none.formatted(Literals.type(sort, Side.ORACLE))),
                takes);
    }

    private static void choices(List<Rule> rules) {
        for (Sort sort : Sort.values()) {
            if (sort.isValue()) {
                rules.add(same(sort, "COALESCE($1, $2)", sort, sort));
                rules.add(same(sort, "NULLIF($1, $2)", sort, sort));
                rules.add(same(sort, "GREATEST($1, $2)", sort, sort));
                rules.add(same(sort, "LEAST($1, $2, $3)", sort, sort, sort));
                rules.add(same(sort, "(CASE WHEN $1 THEN $2 ELSE $3 END)", BOOLEAN, sort, sort));
                rules.add(same(
                        sort,
                        "(CASE WHEN $1 THEN $2 WHEN $3 THEN $4 ELSE $5 END)",
                        BOOLEAN,
                        sort,
                        BOOLEAN,
                        sort,
                        sort));
                rules.add(same(sort, "COALESCE(NULLIF($1, $2), $3, $4)", sort, sort, sort, sort));
                rules.add(same(sort, "(CASE $1 WHEN $2 THEN $3 END)", INTEGER, INTEGER, sort));
            }
        }
        rules.add(same(BIGINT, "COALESCE($1, $2)", BIGINT, INTEGER));
        rules.add(same(DECIMAL, "(CASE WHEN $1 THEN $2 ELSE $3 END)", BOOLEAN, DECIMAL, INTEGER));
        rules.add(same(BOOLEAN, "(CASE WHEN $1 THEN $2 WHEN $3 THEN FALSE END)", BOOLEAN, BOOLEAN, BOOLEAN));
    }
}
