package io.belvedere.federation.verify;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Cuts a statement into tokens as the product's own scanner would; refuses whatever is not one of the few forms that are ever written. */
final class Lexer {
    enum Kind {
        NAME,
        TEXT,
        HEX,
        WORD,
        NUMBER,
        SYMBOL,
        /** Where keys go; followed by their columns in parentheses. */
        KEYS,
        /** Where a value goes. */
        VALUE,
        /** Where the rows of a step stand like a table. */
        ROWS
    }

    /** A token; a name or text without its quotes. */
    record Token(Kind kind, String value) {
        boolean is(String word) {
            return kind == Kind.WORD && value.equals(word);
        }

        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && value.equals(symbol);
        }
    }

    private static final List<String> LONG_SYMBOLS = List.of("<=>", "<>", "<=", ">=", "||", "//", "->");
    private static final String SYMBOLS = "(),.=<>+-*/%|[]:";

    private final String sql;
    private final Product product;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String sql, Product product) {
        this.sql = sql;
        this.product = product;
    }

    /** Refuses a text that is not wholly understood; no literal and no name may go on beyond its end. */
    static List<Token> tokens(String sql, Product product) {
        Lexer lexer = new Lexer(sql, product);
        while (lexer.at < sql.length()) {
            lexer.next();
        }
        return lexer.tokens;
    }

    private void next() {
        char c = sql.charAt(at);
        if (c == ' ' || c == '\n') {
            at++;
        } else if (c == product.open() && (c != '[' || tokens.isEmpty() || product == Product.SQLSERVER)) {
            add(Kind.NAME, quoted(product.close()));
        } else if (c == '\'') {
            add(Kind.TEXT, quoted('\''));
        } else if (sql.startsWith("0x", at)) {
            String digits = word().substring(2);
            add(Kind.HEX, digits);
        } else if ((c == 'E' || c == 'x' || c == 'N') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
            at++;
            switch (c) {
                case 'E' -> add(Kind.TEXT, escaped());
                case 'N' -> add(Kind.TEXT, quoted('\''));
                default -> add(Kind.HEX, quoted('\''));
            }
        } else if (Character.isLetter(c) || c == '_') {
            add(Kind.WORD, word().toUpperCase(Locale.ROOT));
        } else if (c >= '0' && c <= '9') {
            add(Kind.NUMBER, number());
        } else {
            symbol();
        }
    }

    private void add(Kind kind, String value) {
        tokens.add(new Token(kind, value));
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
            if (c == '\\' && quote == '\'' && product.refusesBackslash()) {
                throw Unproven.because("a backslash in a plain literal");
            }
            value.append(c);
            at += doubled ? 1 : 0;
        }
        throw Unproven.because("a literal without an end");
    }

    /** PostgreSQL's E'' form, with the escapes that are written. */
    private String escaped() {
        StringBuilder value = new StringBuilder();
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            char following = at + 1 < sql.length() ? sql.charAt(at + 1) : ' ';
            if (c == '\\' && following == 'u' && at + 6 <= sql.length()) {
                value.append((char) Integer.parseInt(sql, at + 2, at + 6, 16));
                at += 5;
            } else if (c == '\\' && following != '\\') {
                throw Unproven.because("an escape that is not known");
            } else if (c == '\\' || (c == '\'' && following == '\'')) {
                value.append(c);
                at++;
            } else if (c == '\'') {
                at++;
                return value.toString();
            } else {
                value.append(c);
            }
        }
        throw Unproven.because("a literal without an end");
    }

    private String word() {
        int from = at;
        while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
            at++;
        }
        return sql.substring(from, at);
    }

    private String number() {
        int from = at;
        while (at < sql.length()
                && (isDigit(sql.charAt(at))
                        || (sql.charAt(at) == '.' && !sql.substring(from, at).contains(".")))) {
            at++;
        }
        if (at < sql.length() && (Character.isLetter(sql.charAt(at)) || sql.charAt(at) == '_')) {
            throw Unproven.because("a number that goes on as a word");
        }
        return sql.substring(from, at);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void symbol() {
        boolean comment = sql.startsWith("--", at) || sql.startsWith("/*", at);
        if (comment || SYMBOLS.indexOf(sql.charAt(at)) < 0) {
            throw Unproven.because("a character that is never written");
        }
        String symbol = longest();
        add(Kind.SYMBOL, symbol);
        at += symbol.length();
    }

    private String longest() {
        for (String each : LONG_SYMBOLS) {
            if (sql.startsWith(each, at)) {
                return each;
            }
        }
        return String.valueOf(sql.charAt(at));
    }

    /** A text that stands in hexadecimal of UTF-8. */
    static String utf8(String digits) {
        return new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_8);
    }

    /** A text that stands in hexadecimal of UTF-16, low bytes first. */
    static String utf16(String digits) {
        return new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_16LE);
    }

    /** A text whose every unit stands behind a backslash. */
    static String units(String escaped) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < escaped.length(); i += 5) {
            if (escaped.charAt(i) != '\\' || i + 5 > escaped.length()) {
                throw Unproven.because("an escape that is not known");
            }
            text.append((char) new BigInteger(escaped.substring(i + 1, i + 5), 16).intValueExact());
        }
        return text.toString();
    }
}
