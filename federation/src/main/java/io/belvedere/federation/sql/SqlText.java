package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.QUERY_INVALID;

/** What is checked of a text before any parser sees it: its length, its characters and how deep its brackets nest. */
final class SqlText {
    private SqlText() {}

    /** Throws {@link SqlProblem} unless the text may be parsed. */
    static void check(String sql) {
        if (sql.length() > QueryText.LENGTH_MAX) {
            throw SqlProblem.of(LIMIT_EXCEEDED, "The text is longer than " + QueryText.LENGTH_MAX + " characters.");
        }
        requireCharacters(sql);
        requireNesting(sql);
    }

    /** Whether the text holds no lone surrogate and no NUL. */
    static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0' || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Whether an identifier shows as it is: no control, no invisible and no direction-changing character. */
    static boolean isPlain(String identifier) {
        return identifier.codePoints().noneMatch(point -> switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        });
    }

    private static void requireCharacters(String sql) {
        if (!isClean(sql)) {
            throw SqlProblem.of(QUERY_INVALID, "The text is not valid Unicode or holds a NUL character.");
        }
    }

    /** The parser descends once per open bracket; strings, quoted names and comments hold none. */
    private static void requireNesting(String sql) {
        int depth = 0;
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\'' || c == '"') {
                i = after(sql, i + 1, String.valueOf(c));
            } else if (sql.startsWith("--", i)) {
                i = after(sql, i + 2, "\n");
            } else if (sql.startsWith("/*", i) && !sql.startsWith("/*+", i)) {
                i = after(sql, i + 2, "*/");
            } else {
                depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
                if (depth > StatementLimits.DEPTH_MAX) {
                    throw SqlProblem.of(
                            LIMIT_EXCEEDED, "Brackets nest deeper than " + StatementLimits.DEPTH_MAX + " levels.");
                }
                i++;
            }
        }
    }

    private static int after(String sql, int from, String end) {
        int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }
}
