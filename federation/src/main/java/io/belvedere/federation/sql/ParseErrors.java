package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * The parser's words about a text, replaced by ours: which word is not expected, and for what other products write, what to write here. Nothing of the text
 * but one word is said again, and never a literal.
 */
final class ParseErrors {
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");
    private static final Pattern FIRST_WORD = Pattern.compile("\\A\\s*([A-Za-z]+)\\b");
    private static final Pattern LAST_WORD = Pattern.compile("([A-Za-z_]+)\\s*$");
    private static final Pattern UNIT_IN_TEXT = Pattern.compile("(?is).*\\bINTERVAL\\s+'[^']*'\\s*$");
    /** Reads no further back than this. */
    private static final int LOOKED_AT_MAX = 200;

    /** What statements begin with that are no queries. */
    private static final Set<String> STATEMENTS = Set.of(
            "ALTER",
            "ANALYZE",
            "ATTACH",
            "BEGIN",
            "CALL",
            "COMMENT",
            "COMMIT",
            "COPY",
            "CREATE",
            "DESC",
            "DESCRIBE",
            "DO",
            "DROP",
            "EXEC",
            "EXECUTE",
            "EXPORT",
            "GRANT",
            "IMPORT",
            "INSTALL",
            "LOAD",
            "LOCK",
            "PRAGMA",
            "REFRESH",
            "RENAME",
            "RESET",
            "REVOKE",
            "ROLLBACK",
            "SET",
            "SHOW",
            "START",
            "TRUNCATE",
            "USE",
            "VACUUM");

    /** By how the text goes on. */
    private static final Map<String, String> SIGNS = Map.of(
            "::", "A cast is written CAST(x AS type).",
            "`", "A name stands in double quotes.",
            "[", "A name stands in double quotes; arrays are not offered.",
            "#", "A comment begins with two dashes.",
            "@", "Variables are not offered: write a parameter as ?.",
            "~", "Regular expressions are not offered: write LIKE or ILIKE.",
            "&&", "Write AND.",
            "==", "Equality is written with one sign.");

    /** By the word in front of the place. */
    private static final Map<String, String> AFTER = Map.of(
            "TOP", "The first rows are asked for at the end: LIMIT 10.",
            "ALL", "GROUP BY and ORDER BY name their columns, or give their positions.");

    /** By the word at the place. */
    private static final Map<String, String> AT = Map.of(
            "IGNORE", "IGNORE NULLS stands behind the parentheses: LAST_VALUE(x) IGNORE NULLS OVER (…).",
            "RESPECT", "RESPECT NULLS stands behind the parentheses of the function.",
            "PIVOT", "Write SUM(x) FILTER (WHERE …), one a column.",
            "REGEXP", "Regular expressions are not offered: write LIKE or ILIKE.",
            "RLIKE", "Regular expressions are not offered: write LIKE or ILIKE.");

    private ParseErrors() {}

    static SqlProblem toProblem(String sql, SqlParseException cause) {
        Matcher first = FIRST_WORD.matcher(sql);
        if (first.find() && STATEMENTS.contains(first.group(1).toUpperCase(Locale.ROOT))) {
            int lineNumber = 1
                    + Math.toIntExact(sql.substring(0, first.start(1))
                            .chars()
                            .filter(sign -> sign == '\n')
                            .count());
            int column = first.start(1) - sql.lastIndexOf('\n', first.start(1));
            return new SqlProblem(UNSUPPORTED, lineNumber, column, StatementParser.QUERIES_ONLY, cause);
        }
        SqlParserPos place = Optional.ofNullable(cause.getPos()).orElse(SqlParserPos.ZERO);
        Optional<String> line = line(sql, place);
        if (line.isEmpty()) {
            return new SqlProblem(QUERY_INVALID, 0, 0, "The text cannot be read as SQL.", cause);
        }
        // The end is said to be at the last sign.
        boolean ends = String.valueOf(cause.getMessage()).startsWith("Encountered \"<EOF>\"");
        int at = ends ? line.get().length() : place.getColumnNum() - 1;
        String rest = line.get().substring(at);
        String before = before(sql, place, line.get().substring(0, at));
        Optional<String> word = wordAt(line.get(), at);
        String words = word.map(found -> "'" + found + "' is not expected here")
                .orElse(ends ? "The text ends where it has to go on" : "The text cannot be read as SQL from here on");
        String more = advice(before, rest, word)
                .or(() -> word.map(_ -> "A name that is a reserved word stands in double quotes."))
                .map(each -> ". " + each)
                .orElse(".");
        return new SqlProblem(QUERY_INVALID, place.getLineNum(), at + 1, words + more, cause);
    }

    private static Optional<String> advice(String before, String rest, Optional<String> word) {
        Optional<String> sign = SIGNS.entrySet().stream()
                .filter(each -> rest.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        if (sign.isPresent()) {
            return sign;
        }
        if (UNIT_IN_TEXT.matcher(before).matches()) {
            return Optional.of("The unit of an interval stands behind its text: INTERVAL '7' DAY.");
        }
        Matcher last = LAST_WORD.matcher(before);
        Optional<String> after =
                last.find() ? Optional.ofNullable(AFTER.get(last.group(1).toUpperCase(Locale.ROOT))) : Optional.empty();
        return after.or(() -> word.flatMap(found -> Optional.ofNullable(AT.get(found.toUpperCase(Locale.ROOT)))));
    }

    private static Optional<String> line(String sql, SqlParserPos place) {
        List<String> lines = sql.lines().toList();
        int number = place.getLineNum();
        boolean inside = number >= 1
                && number <= lines.size()
                && place.getColumnNum() >= 1
                && place.getColumnNum() <= lines.get(number - 1).length() + 1;
        return inside ? Optional.of(lines.get(number - 1)) : Optional.empty();
    }

    /** The text in front of the place, its end. */
    private static String before(String sql, SqlParserPos place, String onTheLine) {
        String all =
                String.join("\n", sql.lines().limit(place.getLineNum() - 1L).toList()) + "\n" + onTheLine;
        return all.substring(Math.max(0, all.length() - LOOKED_AT_MAX));
    }

    /** The word at a place; empty where a literal or a sign stands. */
    private static Optional<String> wordAt(String line, int from) {
        if (from >= line.length() || (from > 0 && Character.isLetterOrDigit(line.charAt(from - 1)))) {
            return Optional.empty();
        }
        Matcher word = WORD.matcher(line).region(from, line.length());
        return word.lookingAt() && (word.end() == line.length() || line.charAt(word.end()) != '\'')
                ? Optional.of(word.group())
                : Optional.empty();
    }
}
