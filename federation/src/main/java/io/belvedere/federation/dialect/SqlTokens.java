package io.belvedere.federation.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a written statement back, token by token, without any knowledge of how it was written: what the source's own scanner
 * will see. Anything but the few forms that we write (quoted names, literals, words, numbers, operators) is refused.
 */
public final class SqlTokens {
    public enum Kind {
        NAME,
        TEXT,
        WORD,
        NUMBER,
        SYMBOL
    }

    /** A token; a name or text without its quotes. */
    public record Token(Kind kind, String value) {
        public boolean is(String word) {
            return kind == Kind.WORD && value.equals(word);
        }

        public boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && value.equals(symbol);
        }
    }

    private final String sql;
    private final CapabilitySheet.Quotes quotes;
    private final CapabilitySheet.Backslash backslash;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql, CapabilitySheet sheet) {
        this.sql = sql;
        this.quotes = sheet.quotes();
        this.backslash = sheet.backslash();
    }

    /** Throws {@link IllegalArgumentException} for a statement that is not wholly understood. */
    public static List<Token> read(String sql, CapabilitySheet sheet) {
        SqlTokens reader = new SqlTokens(sql, sheet);
        while (reader.at < sql.length()) {
            reader.next();
        }
        return reader.tokens;
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (c == quotes.open()) {
            tokens.add(new Token(Kind.NAME, quoted(quotes.close())));
        } else if (c == '\'') {
            tokens.add(new Token(Kind.TEXT, quoted('\'')));
        } else if (sql.startsWith("0x", at)) {
            tokens.add(new Token(Kind.TEXT, take()));
        } else if ((c == 'E' || c == 'x' || c == 'N') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
            at++;
            tokens.add(new Token(
                    Kind.TEXT,
                    switch (c) {
                        case 'E' -> escaped();
                        case 'N' -> quoted('\'');
                        default -> c + quoted('\'');
                    }));
        } else if (Character.isLetter(c) || c == '_') {
            tokens.add(new Token(Kind.WORD, take().toUpperCase(Locale.ROOT)));
        } else if (Character.isDigit(c)) {
            tokens.add(new Token(Kind.NUMBER, take()));
        } else {
            symbol(c);
        }
    }

    private String quoted(char quote) {
        StringBuilder value = new StringBuilder();
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            boolean doubled = c == quote && at + 1 < sql.length() && sql.charAt(at + 1) == quote;
            if (c == quote && !doubled) {
                at++;
                return value.toString();
            }
            if (c == '\\' && backslash == CapabilitySheet.Backslash.ESCAPE) {
                throw new IllegalArgumentException("a backslash in a plain literal");
            }
            value.append(c);
            at += doubled ? 1 : 0;
        }
        throw new IllegalArgumentException("a literal without an end");
    }

    /** PostgreSQL's E'' form, with the escapes that we write. */
    private String escaped() {
        StringBuilder value = new StringBuilder();
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            char following = at + 1 < sql.length() ? sql.charAt(at + 1) : ' ';
            if (c == '\\' && following == '\\') {
                value.append('\\');
                at++;
            } else if (c == '\\' && following == 'u') {
                value.append((char) Integer.parseInt(sql, at + 2, at + 6, 16));
                at += 5;
            } else if (c == '\\') {
                throw new IllegalArgumentException("an escape that is not ours");
            } else if (c == '\'' && following == '\'') {
                value.append('\'');
                at++;
            } else if (c == '\'') {
                at++;
                return value.toString();
            } else {
                value.append(c);
            }
        }
        throw new IllegalArgumentException("a literal without an end");
    }

    private String take() {
        int from = at;
        while (at < sql.length()
                && (Character.isLetterOrDigit(sql.charAt(at))
                        || sql.charAt(at) == '_'
                        || (sql.charAt(at) == '.' && Character.isDigit(sql.charAt(from))))) {
            at++;
        }
        return sql.substring(from, at);
    }

    private void symbol(char c) {
        boolean comment = sql.startsWith("--", at) || sql.startsWith("/*", at) || c == '#';
        if (comment || "(),.=<>+-*/%|".indexOf(c) < 0) {
            throw new IllegalArgumentException("a character that is not ours");
        }
        tokens.add(new Token(Kind.SYMBOL, String.valueOf(c)));
        at++;
    }
}
