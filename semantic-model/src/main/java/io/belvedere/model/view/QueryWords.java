package io.belvedere.model.view;

/**
 * A query without its comments and with each run of white space outside of quotes as one space: what is left tells whether two
 * texts ask the same words. Letters keep their case, because a quoted name or a text may depend on it.
 */
final class QueryWords {
    private final String sql;
    private final StringBuilder words = new StringBuilder();
    private int at;

    private QueryWords(String sql) {
        this.sql = sql;
    }

    static String of(String sql) {
        return new QueryWords(sql).read();
    }

    private String read() {
        while (at < sql.length()) {
            char character = sql.charAt(at);
            if (character == '\'' || character == '"') {
                copyQuoted(character);
            } else if (sql.startsWith("--", at)) {
                skipTo("\n");
            } else if (sql.startsWith("/*", at)) {
                at += 2;
                skipTo("*/");
            } else if (Character.isWhitespace(character)) {
                at++;
                addSpace();
            } else {
                words.append(character);
                at++;
            }
        }
        return words.toString().strip();
    }

    /** Copies up to the closing quote; a doubled quote closes and opens again, which copies the same text. */
    private void copyQuoted(char quote) {
        int end = sql.indexOf(quote, at + 1);
        int next = end < 0 ? sql.length() : end + 1;
        words.append(sql, at, next);
        at = next;
    }

    private void skipTo(String end) {
        int found = sql.indexOf(end, at);
        at = found < 0 ? sql.length() : found + end.length();
        addSpace();
    }

    private void addSpace() {
        if (!words.isEmpty() && words.charAt(words.length() - 1) != ' ') {
            words.append(' ');
        }
    }
}
