package io.belvedere.federation.sql;

import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text without its values: two texts of one wording differ in nothing but plain numbers, plain strings and parameters, each of the
 * same kind in the same place. What is kept of the one serves the other where its values do not matter.
 *
 * <p>The text is read by the parser's own rules, but only as far as it is plain: a comment, an exponent, a prefix before a quote or
 * anything else out of the ordinary is no reason to guess, and the text then has no wording.
 *
 * @param text the statement with marks for its values; a control character in front of each keeps marks and text apart
 * @param values in the order of the text
 */
record Wording(String text, List<Value> values) {
    static final int LENGTH_MAX = 8 * 1024;
    static final int VALUES_MAX = 100;

    private static final char MARK = '\u0001';
    private static final int DIGITS_MAX = 18;

    Wording {
        values = List.copyOf(values);
    }

    /**
     * A value in a text.
     *
     * @param constant empty for NULL
     * @param kind its type, in words; part of the wording
     * @param line where it stands, from 1, as the parser counts
     * @param column where it stands, from 1
     */
    record Value(Optional<Literal> constant, String kind, int line, int column) {}

    /** Empty where the text is long, has many values, or is not plain. */
    static Optional<Wording> of(QueryText text) {
        boolean small = text.sql().length() <= LENGTH_MAX
                && text.parameters().size() <= VALUES_MAX
                && text.sql().indexOf(MARK) < 0;
        return small ? new Reader(text).read() : Optional.empty();
    }

    private static String kind(Optional<Literal> constant) {
        if (constant.isEmpty()) {
            return "null";
        }
        return switch (constant.get()) {
            // Beside a column of days such a text is a day, which only what knows the column can tell.
            case Literal.Text(String text) -> MomentText.isOne(text) ? "moment in text" : "text";
            case Literal.Numeric(BigDecimal number) ->
                number.scale() == 0 && number.precision() <= DIGITS_MAX
                        ? "integer"
                        : "decimal " + number.precision() + " " + number.scale();
            case Literal.Bool _ -> "boolean";
            case Literal.Date _ -> "date";
            case Literal.Timestamp(Instant _) -> "timestamp";
        };
    }

    /** Reads one text, once. */
    private static final class Reader {
        private final QueryText query;
        private final String sql;
        private final StringBuilder out;
        private final List<Value> values = new ArrayList<>();
        private int at;
        private int line = 1;
        private int lineStart;
        private int parameters;

        Reader(QueryText query) {
            this.query = query;
            this.sql = query.sql();
            this.out = new StringBuilder(sql.length() + 32);
        }

        Optional<Wording> read() {
            while (at < sql.length()) {
                if (!step(sql.charAt(at)) || values.size() > VALUES_MAX) {
                    return Optional.empty();
                }
            }
            return parameters == query.parameters().size()
                    ? Optional.of(new Wording(out.toString(), values))
                    : Optional.empty();
        }

        /** False where the text is not plain. */
        private boolean step(char c) {
            return switch (c) {
                case '\n' -> {
                    out.append(c);
                    at++;
                    line++;
                    lineStart = at;
                    yield true;
                }
                case '\'' -> string();
                case '"' -> name();
                case '?' -> parameter();
                case '-' -> !sql.startsWith("--", at) && copy();
                case '/' -> !sql.startsWith("/*", at) && !sql.startsWith("//", at) && copy();
                case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
                default -> isWord(c) ? word() : isPlain(c) && copy();
            };
        }

        private boolean copy() {
            out.append(sql.charAt(at++));
            return true;
        }

        private static boolean isPlain(char c) {
            return c == ' ' || c == '\t' || "(),.=<>!+*|;:%".indexOf(c) >= 0;
        }

        private static boolean isWord(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private char peek(int index) {
            return index < sql.length() ? sql.charAt(index) : ' ';
        }

        /** A word is copied whole, so that its digits are no numbers; a quote right behind it would make a literal of another kind. */
        private boolean word() {
            int from = at;
            while (isWord(peek(at)) || isDigit(peek(at)) || peek(at) == '$') {
                at++;
            }
            out.append(sql, from, at);
            return peek(at) != '\'' && peek(at) != '"' && peek(at) != '&';
        }

        private boolean name() {
            int end = sql.indexOf('"', at + 1);
            if (end < 0 || sql.substring(at, end).indexOf('\n') >= 0) {
                return false;
            }
            out.append(sql, at, end + 1);
            at = end + 1;
            return peek(at) != '\'';
        }

        private boolean number() {
            int from = at;
            while (isDigit(peek(at))) {
                at++;
            }
            boolean whole = peek(at) != '.'
                    && !isWord(peek(at))
                    && peek(at) != '\''
                    && (from == 0 || sql.charAt(from - 1) != '.')
                    && at - from <= DIGITS_MAX;
            return whole && value(Optional.of(new Literal.Numeric(new BigDecimal(sql.substring(from, at)))), from, 'L');
        }

        private boolean string() {
            int from = at;
            StringBuilder text = new StringBuilder();
            for (at++; at < sql.length(); at++) {
                char c = sql.charAt(at);
                if (c == '\n') {
                    return false;
                }
                boolean doubled = c == '\'' && peek(at + 1) == '\'';
                if (c == '\'' && !doubled) {
                    at++;
                    return !isWord(peek(at))
                            && SqlText.isClean(text.toString())
                            && value(Optional.of(new Literal.Text(text.toString())), from, 'L');
                }
                text.append(c);
                at += doubled ? 1 : 0;
            }
            return false;
        }

        private boolean parameter() {
            int from = at++;
            // A value that cannot be written is an error in words that only the parser has.
            return parameters < query.parameters().size()
                    && query.parameters()
                            .get(parameters)
                            .filter(each -> !Constants.isWritable(each))
                            .isEmpty()
                    && value(query.parameters().get(parameters++), from, 'P');
        }

        private boolean value(Optional<Literal> constant, int from, char origin) {
            Value value = new Value(constant, kind(constant), line, from - lineStart + 1);
            values.add(value);
            out.append(MARK).append(origin).append(value.kind()).append(MARK);
            return true;
        }
    }
}
