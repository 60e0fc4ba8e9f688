package io.belvedere.federation.sql;

import java.util.Locale;
import java.util.Map;

/** What to write instead of what is not offered. */
final class NotOfferedWords {
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("LOG", "products disagree on its base: write LN(x) or LOG10(x)"),
            Map.entry("DAYOFWEEK", "products count from 0 or 1: write EXTRACT(ISODOW FROM x), Monday is 1"),
            Map.entry("WEEKDAY", "products count from 0 or 1: write EXTRACT(ISODOW FROM x), Monday is 1"),
            Map.entry("TIMESTAMPDIFF", "write DATEDIFF('day', from, to), which counts how often a unit begins"),
            Map.entry("TO_CHAR", "write EXTRACT or DATE_TRUNC for moments, CAST(x AS VARCHAR) for text"),
            Map.entry("DATE_FORMAT", "write EXTRACT or DATE_TRUNC for moments, CAST(x AS VARCHAR) for text"),
            Map.entry("FORMAT_DATE", "write EXTRACT or DATE_TRUNC for moments, CAST(x AS VARCHAR) for text"),
            Map.entry("TO_DATE", "write CAST(x AS DATE) of a text like 2026-12-31"),
            Map.entry("ISNULL", "write COALESCE(x, y)"),
            Map.entry("DECODE", "write CASE x WHEN … THEN … ELSE … END"),
            Map.entry("LEN", "write CHAR_LENGTH(x)"),
            Map.entry("CONCAT_WS", "write CONCAT with what stands between"),
            Map.entry("SPACE", "write REPEAT(' ', n)"),
            Map.entry("TRY_CAST", "write CASE with a LIKE that tells which texts can be cast"),
            Map.entry("SAFE_CAST", "write CASE with a LIKE that tells which texts can be cast"),
            Map.entry("REGEXP_LIKE", "write LIKE or ILIKE"),
            Map.entry("REGEXP_REPLACE", "write REPLACE"),
            Map.entry("RLIKE", "write LIKE or ILIKE"),
            Map.entry("SIMILAR TO", "write LIKE or ILIKE"),
            Map.entry("APPROX_COUNT_DISTINCT", "write COUNT(DISTINCT x)"),
            Map.entry("MAX_BY", "write ROW_NUMBER() OVER (ORDER BY …) and keep the first with QUALIFY"),
            Map.entry("MIN_BY", "write ROW_NUMBER() OVER (ORDER BY …) and keep the first with QUALIFY"),
            Map.entry("ARG_MAX", "write ROW_NUMBER() OVER (ORDER BY …) and keep the first with QUALIFY"),
            Map.entry("ARG_MIN", "write ROW_NUMBER() OVER (ORDER BY …) and keep the first with QUALIFY"),
            Map.entry("ARRAY_AGG", "arrays cannot travel: write STRING_AGG(x, ',')"),
            Map.entry("ARRAY_AGG WITH AN ORDER", "arrays cannot travel: write STRING_AGG(x, ',')"),
            Map.entry("MODE WITH AN ORDER", "write COUNT(*) in groups, and keep the first with QUALIFY"),
            Map.entry("MODE", "write COUNT(*) in groups, and keep the first with QUALIFY"),
            Map.entry("PIVOT", "write SUM(x) FILTER (WHERE …), one a column"));

    private NotOfferedWords() {}

    /** Begins with a colon; empty where there is nothing to say. */
    static String instead(String what) {
        String words = INSTEAD.get(what.toUpperCase(Locale.ROOT));
        return words == null ? "" : ": " + words;
    }
}
