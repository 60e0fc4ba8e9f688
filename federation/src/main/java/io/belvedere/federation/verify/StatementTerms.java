package io.belvedere.federation.verify;

import io.belvedere.federation.verify.Syntax.Expression;
import io.belvedere.federation.verify.Term.Constant;
import io.belvedere.federation.verify.Term.Op;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The values of one SELECT: each product's way to say a thing, as the thing. What is not known here keeps its own name, and is taken for nothing else. */
final class StatementTerms {
    private static final BigDecimal NO_LIMIT = new BigDecimal("18446744073709551615");

    private final Product product;
    private final StatementReader reader;
    private final Scope scope;
    /** What windows see. */
    private final Part rows;

    StatementTerms(Product product, StatementReader reader, Scope scope, Part rows) {
        this.product = product;
        this.reader = reader;
        this.scope = scope;
        this.rows = rows;
    }

    /** Conditions that hold together, one by one. */
    List<Term> conditions(Expression condition) {
        boolean several = condition instanceof Syntax.Call call && call.name().equals("AND");
        List<Expression> parts = several ? ((Syntax.Call) condition).operands() : List.of(condition);
        return Logic.conjuncts(parts.stream().map(this::term).toList());
    }

    List<Term> terms(List<Expression> expressions) {
        List<Term> all = new ArrayList<>();
        for (Expression expression : expressions) {
            all.add(term(expression));
        }
        return all;
    }

    Term term(Expression expression) {
        return plain(spelled(expression));
    }

    /** Without what only says how a text compares. */
    private static Term plain(Term term) {
        return Logic.isOp(term, "COLLATE") || Logic.isOp(term, "COLLATE LOOSELY") ? Logic.operand(term, 0) : term;
    }

    private Term spelled(Expression expression) {
        return switch (expression) {
            case Syntax.Name(String alias, String column) -> scope.column(alias, column);
            case Syntax.Text(String value) -> Logic.text(value);
            case Syntax.Hex(String digits) -> new Constant("H:" + digits);
            case Syntax.Numeral(String digits) -> Logic.number(new BigDecimal(digits));
            case Syntax.Moment(String _, String value) -> Logic.moment(value);
            case Syntax.Word(String word) -> word(word);
            case Syntax.Value(String name) -> new Term.Place(name);
            case Syntax.Keys(int shipment, List<Expression> columns) -> new Op("KEYS " + shipment, terms(columns));
            case Syntax.Exists(Syntax.Query query) -> new Term.Exists(reader.read(query, scope));
            case Syntax.Scalar(Syntax.Query query) -> new Term.Place(reader.value(query));
            case Syntax.Aggregated(String name, List<Expression> operands) ->
                new Term.Aggregated(name, terms(operands));
            case Syntax.Window(
                    String _,
                    List<Expression> operands,
                    List<Expression> partition,
                    List<Expression> order) -> {
                List<Term> all = new ArrayList<>(terms(operands));
                all.addAll(terms(partition));
                all.addAll(ordered(terms(order)));
                yield new Term.Windowed(rows, all);
            }
            case Syntax.Call(String name, List<Expression> operands) -> call(name, operands);
        };
    }

    private static Term word(String word) {
        return switch (word) {
            case "NULL" -> Logic.NULL;
            case "TRUE" -> Logic.TRUE;
            case "FALSE" -> new Constant("B:false");
            case "CURRENT_DATE", "SYSTIMESTAMP" -> new Op(word, List.of());
            default -> new Constant("W:" + word);
        };
    }

    private Term call(String name, List<Expression> operands) {
        if (name.equals("AND")) {
            return Logic.and(terms(operands));
        }
        if (name.equals("OR")) {
            return Logic.or(terms(operands));
        }
        if (Logic.isComparison(name)) {
            return comparison(name, operands);
        }
        if (name.startsWith("CAST ")) {
            return cast(name.substring("CAST ".length()), operands.getFirst());
        }
        if (name.startsWith("COLLATE")) {
            return Logic.op(name, uncoded(spelled(operands.getFirst())));
        }
        List<Term> terms = terms(operands);
        return name.equals("CASE") ? cases(terms) : function(name, terms);
    }

    /** A text that was only brought to another character set. */
    private static Term uncoded(Term term) {
        return Logic.isOp(term, "CONVERT USING UTF8MB4") ? Logic.operand(term, 0) : term;
    }

    private Term comparison(String operator, List<Expression> operands) {
        Term left = spelled(operands.get(0));
        Term right = spelled(operands.get(1));
        if (Logic.isOp(left, "COLLATE LOOSELY") || Logic.isOp(right, "COLLATE LOOSELY")) {
            return operator.equals("=")
                    ? Logic.op("LOOSELY =", loose(left), loose(right))
                    : Logic.op("LOOSELY", plain(left), plain(right));
        }
        boolean collated = Logic.isOp(left, "COLLATE") || Logic.isOp(right, "COLLATE");
        Term one = plain(left);
        Term other = plain(right);
        if (collated) {
            String mark = product == Product.SQLSERVER && (operator.equals("=") || operator.equals("<>")) ? "~" : "#";
            return Logic.op(product.spells(operator) ? operator + mark : operator, one, other);
        }
        return uncollated(operator, one, other);
    }

    private static Term loose(Term term) {
        Term inner = plain(term);
        return inner instanceof Op op && op.name().startsWith("CONVERT USING ")
                ? op.operands().getFirst()
                : inner;
    }

    private Term uncollated(String operator, Term one, Term other) {
        boolean texts =
                other instanceof Constant constant && constant.text().startsWith("T:") && product.spells(operator);
        if (texts) {
            return operator.equals("=") ? Logic.op("LOOSELY =", one, other) : Logic.op("LOOSELY", one, other);
        }
        if (product.hasNumbersForTruth() && Logic.isOp(one, "CASE") && operator.equals("=")) {
            List<Term> parts = ((Op) one).operands();
            boolean truth = parts.size() == 3
                    && parts.get(1).equals(Logic.ONE)
                    && parts.get(2).equals(Logic.ZERO);
            if (truth && (other.equals(Logic.ONE) || other.equals(Logic.ZERO))) {
                return Logic.op(other.equals(Logic.ONE) ? "IS TRUE" : "IS NOT TRUE", parts.getFirst());
            }
        }
        boolean later = Logic.isOp(other, "+")
                && Logic.operand(other, 1).equals(Logic.ONE)
                && Logic.operand(other, 0) instanceof Constant day
                && day.text().startsWith("M:");
        if (later && (operator.equals("<") || operator.equals(">="))) {
            return Logic.op(operator.equals("<") ? "<=+" : ">+", one, Logic.operand(other, 0));
        }
        return Logic.op(operator, one, other);
    }

    /** Of a constant, a cast says no more than its type. */
    private Term cast(String type, Expression expression) {
        if (expression instanceof Syntax.Hex(String digits) && type.startsWith("NVARCHAR")) {
            return Logic.text(Lexer.utf16(digits));
        }
        Term value = spelled(expression);
        Term bare = plain(value);
        boolean moment = bare instanceof Constant constant
                && constant.text().startsWith("T:")
                && (type.equals("DATE") || type.startsWith("DATETIME") || type.startsWith("TIME"));
        if (moment) {
            return Logic.moment(((Constant) bare).text().substring(2));
        }
        if (bare instanceof Constant || bare instanceof Term.Place) {
            return bare;
        }
        if (type.startsWith("NVARCHAR ( MAX") || Logic.isOp(bare, "CONVERT TO TEXT")) {
            return Logic.isOp(bare, "CONVERT TO TEXT") ? Logic.operand(bare, 0) : value;
        }
        return Logic.op("CAST", bare);
    }

    private static Term cases(List<Term> parts) {
        boolean condition = parts.size() == 5
                && parts.get(1).equals(Logic.ONE)
                && parts.get(3).equals(Logic.ZERO)
                && parts.get(4).equals(Logic.NULL)
                && parts.get(2).equals(Logic.op("NOT", parts.get(0)));
        return condition ? parts.getFirst() : new Op("CASE", parts);
    }

    private Term function(String name, List<Term> terms) {
        return switch (name) {
            case "NEGATIVE" ->
                terms.getFirst() instanceof Constant(String text) && text.startsWith("N:")
                        ? Logic.number(new BigDecimal(text.substring(2)).negate())
                        : new Op(name, terms);
            case "UNISTR" -> Logic.text(Lexer.units(text(terms.getFirst())));
            case "AT TIME ZONE" -> terms.getFirst() instanceof Constant ? terms.getFirst() : new Op(name, terms);
            case "FROM_TZ" -> terms.getFirst() instanceof Constant ? terms.getFirst() : new Op(name, terms);
            case "||" -> joinedTexts(terms);
            case "STRPOS" -> Logic.op("POSITION", terms.get(1), terms.get(0));
            case "LOCATE" -> Logic.op("POSITION", terms.get(0), uncoded(terms.get(1)));
            case "SUBSTRING" -> {
                List<Term> plain = new ArrayList<>(terms);
                plain.set(1, started(terms.get(1)));
                yield new Op(name, plain);
            }
            case "DATE_TRUNC" -> Logic.op("FLOOR TO " + text(terms.get(0)).toUpperCase(Locale.ROOT), terms.get(1));
            case "DATETRUNC" -> Logic.op("FLOOR TO " + constant(terms.get(0)).substring(2), terms.get(1));
            case "TRUNCATE" -> truncated(terms);
            case "//" -> new Op("/", terms);
            case "TRIM", "LTRIM", "RTRIM" ->
                product == Product.DUCKDB && terms.size() == 2
                        ? Logic.op(name, terms.get(1), terms.get(0))
                        : new Op(name, terms);
            case "REPLACE" -> product == Product.DUCKDB ? capitals(new Op(name, terms)) : new Op(name, terms);
            case "-" -> steppedBack(terms);
            // A remainder of nothing may have a sign there, which a sum has not.
            case "+" ->
                product == Product.MYSQL_FAMILY && terms.get(1).equals(Logic.ZERO) && Logic.isOp(terms.getFirst(), "%")
                        ? terms.getFirst()
                        : new Op(name, terms);
            default -> new Op(name, terms);
        };
    }

    static Term joinedTexts(List<Term> terms) {
        List<Term> flat = new ArrayList<>();
        terms.forEach(term -> flat.addAll(Logic.isOp(term, "||") ? ((Op) term).operands() : List.of(term)));
        return new Op("||", flat);
    }

    /** {@code CASE WHEN start < 1 THEN 1 ELSE start END}: a start before the first character is the first. */
    private static Term started(Term start) {
        return start instanceof Op(String name, List<Term> parts)
                        && name.equals("CASE")
                        && parts.size() == 3
                        && parts.get(1).equals(Logic.ONE)
                        && parts.get(0).equals(Logic.op("<", parts.get(2), Logic.ONE))
                ? parts.get(2)
                : start;
    }

    /** Without what says where NULL stands, which is written before each. */
    private static List<Term> ordered(List<Term> terms) {
        List<Term> keys = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            boolean nulls = i + 1 < terms.size() && terms.get(i).equals(Logic.op("IS NULL", terms.get(i + 1)));
            if (!nulls) {
                keys.add(terms.get(i));
            }
        }
        return keys;
    }

    /** Capitals of one character each: ß is put away meanwhile, and what it is put away as, too. */
    private static Term capitals(Op replaced) {
        Term sharp = Logic.text("ß");
        Term sharpAway = Logic.text("#1");
        Term sign = Logic.text("#");
        Term signAway = Logic.text("#0");
        List<Term> below = new ArrayList<>();
        for (Term term = replaced; term instanceof Op(String _, List<Term> operands) && !operands.isEmpty(); ) {
            below.add(term);
            term = operands.getFirst();
        }
        if (below.size() < 5) {
            return replaced;
        }
        Term value = Logic.operand(below.get(4), 0);
        Term put = Logic.op("REPLACE", Logic.op("REPLACE", value, sign, signAway), sharp, sharpAway);
        Term whole = Logic.op("REPLACE", Logic.op("REPLACE", Logic.op("UPPER", put), sharpAway, sharp), signAway, sign);
        return replaced.equals(whole) ? Logic.op("UPPER", value) : replaced;
    }

    private Term truncated(List<Term> terms) {
        if (product != Product.ORACLE) {
            return new Op("TRUNCATE", terms);
        }
        if (terms.size() == 1) {
            return terms.getFirst();
        }
        String unit = switch (text(terms.get(1))) {
            case "YYYY" -> "YEAR";
            case "Q" -> "QUARTER";
            case "MM" -> "MONTH";
            case "DD" -> "DAY";
            default -> throw Unproven.because("a unit of time that is never written");
        };
        return Logic.op("FLOOR TO " + unit, terms.getFirst());
    }

    /** The first day of a month, a quarter or a year, which a product without a function for it reaches by steps back from the day. */
    private static Term steppedBack(List<Term> terms) {
        Term day = terms.getFirst();
        Term step = terms.get(1);
        if (step.equals(days("DAYOFMONTH", day))) {
            return Logic.op("FLOOR TO MONTH", day);
        }
        if (step.equals(days("DAYOFYEAR", day))) {
            return Logic.op("FLOOR TO YEAR", day);
        }
        if (Logic.isOp(day, "FLOOR TO MONTH")) {
            Term month = Logic.op("-", Logic.op("MONTH", Logic.operand(day, 0)), Logic.ONE);
            Term three = Logic.number(BigDecimal.valueOf(3));
            if (step.equals(Logic.op("INTERVAL MONTH", Logic.op("%", month, three)))) {
                return Logic.op("FLOOR TO QUARTER", Logic.operand(day, 0));
            }
        }
        return new Op("-", terms);
    }

    private static Term days(String function, Term day) {
        return Logic.op("INTERVAL DAY", Logic.op("-", Logic.op(function, day), Logic.ONE));
    }

    private static String text(Term term) {
        String text = constant(term);
        if (!text.startsWith("T:")) {
            throw Unproven.because("a function whose argument is no text");
        }
        return text.substring(2);
    }

    private static String constant(Term term) {
        if (term instanceof Constant(String text)) {
            return text;
        }
        throw Unproven.because("a function whose argument is no constant");
    }

    /** A number of rows; empty where it stands for all of them. */
    String count(Expression expression) {
        Term term = term(expression);
        boolean all =
                term.equals(Logic.number(NO_LIMIT)) || term.equals(Logic.number(BigDecimal.valueOf(Long.MAX_VALUE)));
        return all ? "" : term instanceof Constant(String text) ? text : "?";
    }
}
