package io.belvedere.federation.verify;

import io.belvedere.federation.verify.Lexer.Kind;
import io.belvedere.federation.verify.Lexer.Token;
import io.belvedere.federation.verify.Syntax.Expression;
import io.belvedere.federation.verify.Syntax.From;
import io.belvedere.federation.verify.Syntax.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one query and nothing else: the closed language that statements are written in, in whichever product's words. A statement of
 * another kind, a second one, a clause or a function that is not known is refused.
 */
final class Parser {
    private static final Set<String> SET_WORDS = Set.of("UNION", "INTERSECT", "EXCEPT", "MINUS");
    private static final Set<String> JOIN_WORDS = Set.of("INNER", "LEFT", "RIGHT", "FULL", "CROSS");
    /** Deeper than any statement that fits the limits of a query; a stack would end before it. */
    private static final int DEPTH_MAX = 2_000;

    private final List<Token> tokens;
    private final Expressions expressions;
    private int at;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
        this.expressions = new Expressions(this);
    }

    static Query parse(List<Token> tokens) {
        Parser parser = new Parser(tokens);
        Query query = parser.query();
        if (parser.at != tokens.size()) {
            throw Unproven.because("a statement that goes on after its end");
        }
        return query;
    }

    Query query() {
        if (++depth > DEPTH_MAX) {
            throw Unproven.because("a statement that nests too deeply");
        }
        Query first = branch();
        if (!isSetWord()) {
            depth--;
            return first;
        }
        List<Query> branches = new ArrayList<>(List.of(first));
        String word = setWord();
        branches.add(branch());
        while (isSetWord()) {
            if (!setWord().equals(word)) {
                throw Unproven.because("set operations of several kinds side by side");
            }
            branches.add(branch());
        }
        depth--;
        return new Syntax.Compound(word, branches);
    }

    private boolean isSetWord() {
        return at < tokens.size()
                && tokens.get(at).kind() == Kind.WORD
                && SET_WORDS.contains(tokens.get(at).value());
    }

    private String setWord() {
        String word = take().value();
        return (word.equals("MINUS") ? "EXCEPT" : word) + (accept("ALL") ? " ALL" : "");
    }

    private Query branch() {
        if (acceptSymbol("(")) {
            Query query = query();
            expectSymbol(")");
            return query;
        }
        return select();
    }

    private Syntax.Select select() {
        expect("SELECT");
        List<Syntax.Item> items = new ArrayList<>();
        do {
            Expression value = expressions.expression();
            items.add(new Syntax.Item(value, accept("AS") ? name() : ""));
        } while (acceptSymbol(","));
        Optional<From> from = accept("FROM") ? from() : Optional.empty();
        Optional<Expression> where = accept("WHERE") ? Optional.of(expressions.expression()) : Optional.empty();
        Optional<List<List<Expression>>> groups = Optional.empty();
        if (accept("GROUP")) {
            expect("BY");
            groups = Optional.of(groups());
        }
        Syntax.Ordered ordered = Syntax.Ordered.BY_VALUES;
        List<Expression> order = List.of();
        if (accept("ORDER")) {
            expect("BY");
            if (isNothing()) {
                at += 4;
                ordered = Syntax.Ordered.BY_NOTHING;
            } else {
                order = expressions.orderItems();
            }
        }
        Limits limits = limits();
        return new Syntax.Select(items, from, where, groups, order, ordered, limits.rows(), limits.offset());
    }

    /** {@code (SELECT NULL)}. */
    private boolean isNothing() {
        return at + 4 <= tokens.size()
                && tokens.get(at).isSymbol("(")
                && tokens.get(at + 1).is("SELECT")
                && tokens.get(at + 2).is("NULL")
                && tokens.get(at + 3).isSymbol(")");
    }

    private record Limits(Optional<Expression> rows, Optional<Expression> offset) {}

    private Limits limits() {
        Optional<Expression> rows = Optional.empty();
        Optional<Expression> offset = Optional.empty();
        if (accept("LIMIT")) {
            rows = Optional.of(expressions.expression());
        }
        if (accept("OFFSET")) {
            offset = Optional.of(expressions.expression());
            accept("ROWS");
        }
        if (accept("FETCH")) {
            expect("NEXT");
            rows = Optional.of(expressions.expression());
            expect("ROWS");
            expect("ONLY");
        }
        return new Limits(rows, offset);
    }

    private List<List<Expression>> groups() {
        if (!accept("GROUPING")) {
            return List.of(expressions.list());
        }
        expect("SETS");
        expectSymbol("(");
        List<List<Expression>> sets = new ArrayList<>();
        do {
            expectSymbol("(");
            sets.add(peekSymbol(")") ? List.of() : expressions.list());
            expectSymbol(")");
        } while (acceptSymbol(","));
        expectSymbol(")");
        return sets;
    }

    /** Empty for Oracle's and MySQL's table of one row. */
    private Optional<From> from() {
        return accept("DUAL") ? Optional.empty() : Optional.of(joins());
    }

    private From joins() {
        From left = fromItem();
        while (at < tokens.size()
                && tokens.get(at).kind() == Kind.WORD
                && JOIN_WORDS.contains(tokens.get(at).value())) {
            String kind = take().value();
            expect("JOIN");
            From right = fromItem();
            Optional<Expression> on = Optional.empty();
            if (!kind.equals("CROSS")) {
                expect("ON");
                on = Optional.of(expressions.expression());
            }
            left = new Syntax.Joined(kind, left, right, on);
        }
        return left;
    }

    private From fromItem() {
        if (peek(Kind.ROWS)) {
            String step = take().value();
            accept("AS");
            return new Syntax.Rows(step, name());
        }
        if (!peekSymbol("(")) {
            List<String> path = new ArrayList<>(List.of(name()));
            while (acceptSymbol(".")) {
                path.add(name());
            }
            boolean named = accept("AS") || peek(Kind.NAME);
            return new Syntax.Table(path, named ? name() : "");
        }
        boolean isQuery = isQuery();
        expectSymbol("(");
        if (isQuery) {
            Query query = query();
            expectSymbol(")");
            accept("AS");
            return new Syntax.Nested(query, name());
        }
        From joined = joins();
        expectSymbol(")");
        return joined;
    }

    /** Whether a SELECT follows right behind a parenthesis. */
    boolean isSelect() {
        return at + 1 < tokens.size() && tokens.get(at + 1).is("SELECT");
    }

    /** Whether what begins with this parenthesis is a query; else it is a join, whose first item may be one. */
    private boolean isQuery() {
        if (isSelect()) {
            return true;
        }
        if (at + 1 >= tokens.size() || !tokens.get(at + 1).isSymbol("(")) {
            return false;
        }
        int open = 0;
        int ahead = at + 1;
        do {
            open += tokens.get(ahead).isSymbol("(") ? 1 : tokens.get(ahead).isSymbol(")") ? -1 : 0;
            ahead++;
        } while (open > 0 && ahead < tokens.size());
        return ahead < tokens.size()
                && (tokens.get(ahead).isSymbol(")")
                        || (tokens.get(ahead).kind() == Kind.WORD
                                && SET_WORDS.contains(tokens.get(ahead).value())));
    }

    Token take() {
        if (at >= tokens.size()) {
            throw Unproven.because("a statement without an end");
        }
        return tokens.get(at++);
    }

    /** The next token, without its quotes. */
    String ahead() {
        return tokens.get(at).value();
    }

    boolean peek(Kind kind) {
        return at < tokens.size() && tokens.get(at).kind() == kind;
    }

    boolean peek(String word) {
        return at < tokens.size() && tokens.get(at).is(word);
    }

    boolean peekSymbol(String symbol) {
        return at < tokens.size() && tokens.get(at).isSymbol(symbol);
    }

    boolean accept(String word) {
        if (at < tokens.size() && tokens.get(at).is(word)) {
            at++;
            return true;
        }
        return false;
    }

    boolean acceptSymbol(String symbol) {
        if (peekSymbol(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String word) {
        if (!accept(word)) {
            throw Unproven.because("a statement of another form than is written");
        }
    }

    void expectSymbol(String symbol) {
        if (!acceptSymbol(symbol)) {
            throw Unproven.because("a statement of another form than is written");
        }
    }

    String name() {
        if (!peek(Kind.NAME)) {
            throw Unproven.because("a name that is not quoted");
        }
        return take().value();
    }

    void enter() {
        if (++depth > DEPTH_MAX) {
            throw Unproven.because("a statement that nests too deeply");
        }
    }

    void leave() {
        depth--;
    }
}
