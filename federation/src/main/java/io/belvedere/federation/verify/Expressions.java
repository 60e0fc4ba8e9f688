package io.belvedere.federation.verify;

import io.belvedere.federation.verify.Lexer.Kind;
import io.belvedere.federation.verify.Lexer.Token;
import io.belvedere.federation.verify.Syntax.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The expressions of a statement, by precedence. */
final class Expressions {
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=", "<=>");
    private static final Set<String> WORDS = Set.of(
            "NULL",
            "TRUE",
            "FALSE",
            "CURRENT_DATE",
            "SYSTIMESTAMP",
            "YEAR",
            "QUARTER",
            "MONTH",
            "DAY",
            "HOUR",
            "MINUTE");
    private static final Set<String> MOMENTS = Set.of("DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ");

    private final Parser parser;

    Expressions(Parser parser) {
        this.parser = parser;
    }

    List<Expression> list() {
        List<Expression> all = new ArrayList<>();
        do {
            all.add(expression());
        } while (parser.acceptSymbol(","));
        return all;
    }

    /** Of an order only the values matter here, not their direction. */
    List<Expression> orderItems() {
        List<Expression> all = new ArrayList<>();
        do {
            all.add(expression());
            if (!parser.accept("ASC")) {
                parser.accept("DESC");
            }
            if (parser.accept("NULLS") && !parser.accept("FIRST")) {
                parser.expect("LAST");
            }
        } while (parser.acceptSymbol(","));
        return all;
    }

    Expression expression() {
        parser.enter();
        List<Expression> any = new ArrayList<>(List.of(conjunction()));
        while (parser.accept("OR")) {
            any.add(conjunction());
        }
        parser.leave();
        return any.size() == 1 ? any.getFirst() : new Syntax.Call("OR", any);
    }

    private Expression conjunction() {
        List<Expression> all = new ArrayList<>(List.of(negation()));
        while (parser.accept("AND")) {
            all.add(negation());
        }
        return all.size() == 1 ? all.getFirst() : new Syntax.Call("AND", all);
    }

    private Expression negation() {
        return parser.accept("NOT") ? call("NOT", negation()) : comparison();
    }

    private Expression comparison() {
        Expression left = sum();
        while (true) {
            if (parser.peek(Kind.SYMBOL) && COMPARISONS.contains(parser.ahead())) {
                String operator = parser.take().value();
                left = call(operator, left, sum());
            } else if (parser.accept("IS")) {
                left = is(left);
            } else if (parser.accept("LIKE")) {
                Expression pattern = sum();
                left = parser.accept("ESCAPE") ? call("LIKE", left, pattern, sum()) : call("LIKE", left, pattern);
            } else {
                return left;
            }
        }
    }

    private Expression is(Expression left) {
        boolean not = parser.accept("NOT");
        if (parser.accept("DISTINCT")) {
            parser.expect("FROM");
            return call(not ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", left, sum());
        }
        String what = parser.take().value();
        if (!Set.of("NULL", "TRUE", "FALSE").contains(what)) {
            throw Unproven.because("a statement of another form than is written");
        }
        return call((not ? "IS NOT " : "IS ") + what, left);
    }

    private Expression sum() {
        Expression left = product();
        while (parser.peekSymbol("+") || parser.peekSymbol("-") || parser.peekSymbol("||")) {
            String operator = parser.take().value();
            left = call(operator, left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = postfix();
        while (parser.peekSymbol("*") || parser.peekSymbol("/") || parser.peekSymbol("//") || parser.peekSymbol("%")) {
            String operator = parser.take().value();
            left = call(operator, left, postfix());
        }
        return left;
    }

    private Expression postfix() {
        Expression value = parser.acceptSymbol("-") ? call("NEGATIVE", postfix()) : primary();
        while (true) {
            if (parser.accept("COLLATE")) {
                String collation = parser.take().value();
                value = call(Product.isBinary(collation) ? "COLLATE" : "COLLATE LOOSELY", value);
            } else if (parser.accept("AT")) {
                parser.expect("TIME");
                parser.expect("ZONE");
                value = call("AT TIME ZONE", value, primary());
            } else {
                return value;
            }
        }
    }

    private Expression primary() {
        if (parser.peekSymbol("(")) {
            if (parser.isSelect()) {
                parser.expectSymbol("(");
                Syntax.Query query = parser.query();
                parser.expectSymbol(")");
                return new Syntax.Scalar(query);
            }
            parser.expectSymbol("(");
            Expression inner = expression();
            parser.expectSymbol(")");
            return inner;
        }
        Token token = parser.take();
        return switch (token.kind()) {
            case NAME ->
                parser.acceptSymbol(".")
                        ? new Syntax.Name(token.value(), parser.name())
                        : new Syntax.Name("", token.value());
            case TEXT -> new Syntax.Text(token.value());
            case HEX -> new Syntax.Hex(token.value());
            case NUMBER -> new Syntax.Numeral(token.value());
            case VALUE -> new Syntax.Value(token.value());
            case KEYS -> {
                parser.expectSymbol("(");
                List<Expression> columns = list();
                parser.expectSymbol(")");
                yield new Syntax.Keys(Integer.parseInt(token.value()), columns);
            }
            case WORD -> word(token.value());
            case SYMBOL, ROWS -> throw Unproven.because("a statement of another form than is written");
        };
    }

    private Expression word(String word) {
        if (word.equals("CASE")) {
            return cases();
        }
        if (word.equals("EXISTS")) {
            parser.expectSymbol("(");
            Syntax.Query query = parser.query();
            parser.expectSymbol(")");
            return new Syntax.Exists(query);
        }
        if (word.equals("INTERVAL")) {
            Expression length = primary();
            return call("INTERVAL " + parser.take().value(), length);
        }
        if (word.equals("_UTF8MB4") && parser.peek(Kind.HEX)) {
            return new Syntax.Text(Lexer.utf8(parser.take().value()));
        }
        if (MOMENTS.contains(word) && parser.peek(Kind.TEXT)) {
            return new Syntax.Moment(word, parser.take().value());
        }
        if (parser.acceptSymbol("(")) {
            return function(word);
        }
        if (!WORDS.contains(word)) {
            throw Unproven.because("a word that is never written");
        }
        return new Syntax.Word(word);
    }

    private Expression cases() {
        List<Expression> parts = new ArrayList<>();
        while (parser.accept("WHEN")) {
            parts.add(expression());
            parser.expect("THEN");
            parts.add(expression());
        }
        parts.add(parser.accept("ELSE") ? expression() : new Syntax.Word("NULL"));
        parser.expect("END");
        return new Syntax.Call("CASE", parts);
    }

    /** A function whose parenthesis is open. */
    private Expression function(String name) {
        return switch (name) {
            case "CAST" -> {
                Expression value = expression();
                parser.expect("AS");
                yield call("CAST " + type(), value);
            }
            case "CONVERT" -> convert();
            case "EXTRACT" -> {
                String unit = parser.take().value();
                parser.expect("FROM");
                Expression value = expression();
                parser.expectSymbol(")");
                yield call("EXTRACT " + unit, value);
            }
            case "POSITION" -> {
                Expression part = sum();
                parser.expect("IN");
                Expression whole = sum();
                parser.expectSymbol(")");
                yield call("POSITION", part, whole);
            }
            default -> arguments(name);
        };
    }

    /** To a character set, or SQL Server's to a text of a style. */
    private Expression convert() {
        if (parser.peek("VARCHAR")) {
            parser.take();
            parser.expectSymbol("(");
            parser.take();
            parser.expectSymbol(")");
            parser.expectSymbol(",");
            Expression value = expression();
            parser.expectSymbol(",");
            parser.take();
            parser.expectSymbol(")");
            return call("CONVERT TO TEXT", value);
        }
        Expression value = expression();
        parser.expect("USING");
        String charset = parser.take().value();
        parser.expectSymbol(")");
        return call("CONVERT USING " + charset, value);
    }

    private String type() {
        StringBuilder type = new StringBuilder();
        int open = 0;
        while (open > 0 || !parser.peekSymbol(")")) {
            Token token = parser.take();
            boolean known = token.kind() == Kind.WORD
                    || token.kind() == Kind.NUMBER
                    || token.isSymbol("(")
                    || token.isSymbol(")")
                    || token.isSymbol(",");
            if (!known) {
                throw Unproven.because("a type that is never written");
            }
            open += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            type.append(token.value()).append(' ');
        }
        parser.expectSymbol(")");
        return type.toString().strip();
    }

    private Expression arguments(String name) {
        List<Expression> operands = new ArrayList<>();
        boolean distinct = false;
        if (parser.acceptSymbol("*")) {
            parser.expectSymbol(")");
        } else if (!parser.acceptSymbol(")")) {
            distinct = parser.accept("DISTINCT");
            operands.addAll(list());
            if (parser.accept("ORDER")) {
                parser.expect("BY");
                operands.addAll(orderItems());
            }
            if (parser.accept("IGNORE")) {
                parser.expect("NULLS");
            }
            parser.expectSymbol(")");
        }
        boolean filtered = parser.accept("FILTER");
        if (filtered) {
            parser.expectSymbol("(");
            parser.expect("WHERE");
            operands.add(expression());
            parser.expectSymbol(")");
        }
        if (parser.accept("OVER")) {
            parser.expectSymbol("(");
            return window(name, operands);
        }
        if (filtered && !Vocabulary.isAggregate(name)) {
            throw Unproven.because("a filter on what is no aggregate");
        }
        return Vocabulary.isAggregate(name)
                ? new Syntax.Aggregated(Vocabulary.aggregate(name) + (distinct ? " DISTINCT" : ""), operands)
                : new Syntax.Call(Vocabulary.function(name), operands);
    }

    private Expression window(String name, List<Expression> operands) {
        List<Expression> partition = List.of();
        List<Expression> order = List.of();
        if (parser.accept("PARTITION")) {
            parser.expect("BY");
            partition = list();
        }
        if (parser.accept("ORDER")) {
            parser.expect("BY");
            order = orderItems();
        }
        if (parser.accept("ROWS") || parser.accept("RANGE")) {
            parser.expect("BETWEEN");
            bound();
            parser.expect("AND");
            bound();
        }
        parser.expectSymbol(")");
        return new Syntax.Window(Vocabulary.window(name), operands, partition, order);
    }

    /** How far a window reaches is a constant, and reads no column. */
    private void bound() {
        if (parser.accept("CURRENT")) {
            parser.expect("ROW");
            return;
        }
        if (!parser.accept("UNBOUNDED")) {
            primary();
        }
        if (!parser.accept("PRECEDING")) {
            parser.expect("FOLLOWING");
        }
    }

    private static Expression call(String name, Expression... operands) {
        return new Syntax.Call(name, List.of(operands));
    }
}
