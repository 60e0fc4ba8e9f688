package io.belvedere.federation.run;

/**
 * A statement as we write it for a source, with {@code ?} for every constant. Works on the text, which may be cut off at its end;
 * what it does not understand it takes for a constant.
 */
final class WithoutLiterals {
    private final String sql;
    private final StringBuilder plain = new StringBuilder();
    private int at;

    private WithoutLiterals(String sql) {
        this.sql = sql;
    }

    static String of(String sql) {
        return new WithoutLiterals(sql).read();
    }

    private String read() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\'') {
                literal(Escapes.DOUBLED);
            } else if (prefixed(c)) {
                at++;
                literal(c == 'E' || c == 'e' ? Escapes.BACKSLASH : Escapes.DOUBLED);
            } else if (c == '"' || c == '`' || c == '[') {
                name(c == '[' ? ']' : c);
            } else if (Character.isDigit(c)) {
                skipWord();
                plain.append('?');
            } else if (Character.isLetter(c) || c == '_') {
                int from = at;
                skipWord();
                plain.append(sql, from, at);
            } else {
                plain.append(c);
                at++;
            }
        }
        return plain.toString();
    }

    private enum Escapes {
        DOUBLED,
        BACKSLASH
    }

    /** {@code E'…'}, {@code x'…'}, {@code N'…'}. */
    private boolean prefixed(char c) {
        return "EeXxNnBb".indexOf(c) >= 0 && at + 1 < sql.length() && sql.charAt(at + 1) == '\'';
    }

    private void literal(Escapes escapes) {
        plain.append('?');
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            boolean doubled = c == '\'' && at + 1 < sql.length() && sql.charAt(at + 1) == '\'';
            if (doubled || (c == '\\' && escapes == Escapes.BACKSLASH)) {
                at++;
            } else if (c == '\'') {
                at++;
                return;
            }
        }
    }

    private void name(char end) {
        int close = sql.indexOf(end, at + 1);
        int after = close < 0 ? sql.length() : close + 1;
        plain.append(sql, at, after);
        at = after;
    }

    private void skipWord() {
        char first = sql.charAt(at);
        while (at < sql.length()
                && (Character.isLetterOrDigit(sql.charAt(at))
                        || sql.charAt(at) == '_'
                        || sql.charAt(at) == '$'
                        || (sql.charAt(at) == '.' && Character.isDigit(first)))) {
            at++;
        }
    }
}
