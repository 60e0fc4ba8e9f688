package io.belvedere.federation.verify;

import java.util.Map;
import java.util.Set;

/** The functions that a statement may call, in all products' words; a closed list of what reads its operands, computes and does nothing else. */
final class Vocabulary {
    private static final Set<String> AGGREGATES = Set.of(
            "COUNT",
            "COUNT_BIG",
            "SUM",
            "MIN",
            "MAX",
            "AVG",
            "MEDIAN",
            "QUANTILE_CONT",
            "QUANTILE_DISC",
            "STRING_AGG",
            "ANY_VALUE",
            "STDDEV_SAMP",
            "STDDEV_POP",
            "VAR_SAMP",
            "VAR_POP",
            "COVAR_POP",
            "COVAR_SAMP",
            "CORR",
            "REGR_COUNT",
            "BOOL_AND",
            "BOOL_OR",
            "BIT_AND",
            "BIT_OR",
            "BIT_XOR",
            "GROUPING",
            "GROUPING_ID");
    private static final Set<String> WINDOWS = Set.of(
            "ROW_NUMBER",
            "RANK",
            "DENSE_RANK",
            "PERCENT_RANK",
            "CUME_DIST",
            "NTILE",
            "LAG",
            "LEAD",
            "FIRST_VALUE",
            "LAST_VALUE",
            "NTH_VALUE");
    /** What several products call by other names. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "LENGTH", "CHAR_LENGTH",
            "LENGTH4", "CHAR_LENGTH",
            "CHARACTER_LENGTH", "CHAR_LENGTH",
            "CONCAT", "||",
            "MOD", "%",
            "SUBSTR", "SUBSTRING",
            "TRUNC", "TRUNCATE");

    private static final Set<String> FUNCTIONS = Set.of(
            "ABS",
            "ACOS",
            "ASCII",
            "ASIN",
            "ATAN",
            "ATAN2",
            "CBRT",
            "CEIL",
            "CHAR_LENGTH",
            "COALESCE",
            "CONCAT",
            "COS",
            "COT",
            "DATALENGTH",
            "DATEPART",
            "DATESUB",
            "DATETRUNC",
            "DAYOFMONTH",
            "DAYOFYEAR",
            "DATE_TRUNC",
            "DEGREES",
            "ENDS_WITH",
            "ERROR",
            "EXP",
            "FLOOR",
            "FROM_HEX",
            "FROM_TZ",
            "GREATEST",
            "LAST_DAY",
            "LEAST",
            "LEFT",
            "LENGTH",
            "LENGTH4",
            "LN",
            "LOCATE",
            "LOG10",
            "LOWER",
            "LPAD",
            "LTRIM",
            "MD5",
            "MOD",
            "MONTH",
            "NOW",
            "OCTET_LENGTH",
            "PI",
            "POWER",
            "RADIANS",
            "REPEAT",
            "REPLACE",
            "REVERSE",
            "RIGHT",
            "ROUND",
            "RPAD",
            "RTRIM",
            "SIGN",
            "SIN",
            "SPLIT_PART",
            "SQRT",
            "STARTS_WITH",
            "STRPOS",
            "SUBSTRING",
            "SYSUTCDATETIME",
            "SYS_EXTRACT_UTC",
            "TAN",
            "TO_MILLISECONDS",
            "TO_MONTHS",
            "TRIM",
            "TRUNC",
            "UNISTR",
            "UPPER",
            "UTC_DATE");

    private Vocabulary() {}

    static boolean isAggregate(String name) {
        return AGGREGATES.contains(name);
    }

    /** The one name for an aggregate. */
    static String aggregate(String name) {
        return name.equals("COUNT_BIG") ? "COUNT" : name;
    }

    /** The one name for a function; refuses one that is not on the list. */
    static String function(String name) {
        if (!FUNCTIONS.contains(name)) {
            throw Unproven.because("a function that is not on the list");
        }
        return OTHER_NAMES.getOrDefault(name, name);
    }

    static String window(String name) {
        if (!AGGREGATES.contains(name) && !WINDOWS.contains(name)) {
            throw Unproven.because("a window function that is not on the list");
        }
        return name;
    }
}
