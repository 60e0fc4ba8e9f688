package io.belvedere.federation.verify;

import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.hash.HashLabel;
import io.belvedere.federation.hash.KeyedHash;
import io.belvedere.federation.verify.Term.Op;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;

/** The expressions of a tree, in the spelling that a product's statements are read into. */
final class TreeTerms {
    /** Begins the name of what is hashed on arrival. */
    static final String HASHED = "HASHED ";

    private final Product product;
    private final Part input;

    TreeTerms(Product product, Part input) {
        this.product = product;
        this.input = input;
    }

    static List<RexNode> conjuncts(RexNode condition) {
        if (condition.getKind() != SqlKind.AND) {
            return List.of(condition);
        }
        List<RexNode> all = new ArrayList<>();
        ((RexCall) condition).getOperands().forEach(operand -> all.addAll(conjuncts(operand)));
        return all;
    }

    /** Where a condition is wanted; a truth value that is a number is compared with one. */
    Term condition(RexNode node) {
        boolean value = node instanceof RexInputRef
                || node instanceof RexLiteral
                || node instanceof RexDynamicParam
                || node.getKind() == SqlKind.CASE
                || node.getKind() == SqlKind.COALESCE
                || node.getKind() == SqlKind.CAST;
        Term term = term(node);
        return product.hasNumbersForTruth() && value ? Logic.op("=", term, Logic.ONE) : term;
    }

    Term term(RexNode node) {
        return switch (node) {
            case RexInputRef ref -> input.columns().get(ref.getIndex());
            case RexLiteral literal -> literal(literal);
            case SubQueryValue value ->
                new Term.Place(product == Product.DUCKDB ? value.step() : place(value.step(), value.bound()));
            case RexDynamicParam value -> new Term.Place("?" + value.getIndex());
            case RexOver over -> window(over);
            case RexCall call -> call(call);
            // What is left is of a query that was not made flat.
            default -> throw Unproven.because("an expression that is not known");
        };
    }

    /** How the place of a sub-query's value is called; the engine reads every one as it is. */
    static String place(String step, SubQueryValue.Bound bound) {
        return bound == SubQueryValue.Bound.NONE ? step : step + " " + bound;
    }

    private List<Term> terms(List<? extends RexNode> nodes) {
        return nodes.stream().map(this::term).toList();
    }

    private Term window(RexOver over) {
        List<Term> all = new ArrayList<>(terms(over.getOperands()));
        all.addAll(terms(over.getWindow().partitionKeys));
        for (RexFieldCollation key : over.getWindow().orderKeys) {
            all.add(term(key.left));
        }
        return new Term.Windowed(input.giving(List.of()), all);
    }

    private Term call(RexCall call) {
        if (KeyCondition.isKeys(call)) {
            return new Op("KEYS " + shipment(call), terms(KeyCondition.columns(call)));
        }
        if (KeyedHash.is(call)) {
            return Logic.op(hashed(KeyedHash.label(call)), term(KeyedHash.value(call)));
        }
        return switch (call.getKind()) {
            case AND -> Logic.and(conditions(call));
            case OR -> Logic.or(conditions(call));
            case NOT -> new Op("NOT", conditions(call));
            case IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE -> truth(call);
            case EQUALS -> comparison("=", call);
            case NOT_EQUALS -> comparison("<>", call);
            case LESS_THAN -> comparison("<", call);
            case LESS_THAN_OR_EQUAL -> comparison("<=", call);
            case GREATER_THAN -> comparison(">", call);
            case GREATER_THAN_OR_EQUAL -> comparison(">=", call);
            case IS_NULL -> new Op("IS NULL", terms(call.getOperands()));
            case IS_NOT_NULL -> new Op("IS NOT NULL", terms(call.getOperands()));
            case CASE -> cases(call);
            case CAST -> cast(call);
            case MOD -> new Op("%", terms(call.getOperands()));
            case FLOOR -> floor(call);
            // Functions are many; each has its name.
            default -> named(call);
        };
    }

    /** How a value that was hashed under a label is called. */
    static String hashed(HashLabel label) {
        return HASHED + label;
    }

    private static int shipment(RexCall keys) {
        return Numbers.of(keys.getOperands().getFirst())
                .map(BigDecimal::intValueExact)
                .orElse(-1);
    }

    private List<Term> conditions(RexCall call) {
        return call.getOperands().stream().map(this::condition).toList();
    }

    private Term truth(RexCall call) {
        Term operand = condition(call.getOperands().getFirst());
        if (!product.hasNumbersForTruth()) {
            return Logic.op(call.getKind().name().replace('_', ' '), operand);
        }
        return switch (call.getKind()) {
            case IS_TRUE -> Logic.op("IS TRUE", operand);
            case IS_NOT_TRUE -> Logic.op("IS NOT TRUE", operand);
            case IS_FALSE -> Logic.op("IS TRUE", Logic.op("NOT", operand));
            default -> Logic.op("IS NOT TRUE", Logic.op("NOT", operand));
        };
    }

    private Term comparison(String operator, RexCall call) {
        boolean texts = call.getOperands().stream()
                .anyMatch(operand ->
                        SqlTypeName.CHAR_TYPES.contains(operand.getType().getSqlTypeName()));
        return new Op(texts && product.spells(operator) ? operator + "#" : operator, terms(call.getOperands()));
    }

    private Term cases(RexCall call) {
        List<Term> parts = new ArrayList<>();
        List<RexNode> operands = call.getOperands();
        for (int i = 0; i < operands.size(); i++) {
            boolean when = i % 2 == 0 && i + 1 < operands.size();
            parts.add(when ? condition(operands.get(i)) : term(operands.get(i)));
        }
        return new Op("CASE", parts);
    }

    private Term cast(RexCall call) {
        RelDataType from = call.getOperands().getFirst().getType();
        RelDataType to = call.getType();
        Term value = term(call.getOperands().getFirst());
        if (value instanceof Term.Constant(String text)
                && text.startsWith("T:")
                && SqlTypeName.DATETIME_TYPES.contains(to.getSqlTypeName())) {
            return Logic.moment(text.substring(2));
        }
        return value instanceof Term.Constant || value instanceof Term.Place
                ? value
                : Logic.op(isWider(from, to) ? Logic.WIDER : "CAST", value);
    }

    /** Whether each value of the one type is the same value of the other. */
    private static boolean isWider(RelDataType from, RelDataType to) {
        if (SqlTypeName.INT_TYPES.contains(from.getSqlTypeName())
                && SqlTypeName.INT_TYPES.contains(to.getSqlTypeName())) {
            return to.getPrecision() >= from.getPrecision();
        }
        boolean texts = from.getSqlTypeName() == SqlTypeName.VARCHAR && to.getSqlTypeName() == SqlTypeName.VARCHAR;
        if (texts) {
            return to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
                    || (from.getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED
                            && to.getPrecision() >= from.getPrecision());
        }
        boolean exact = SqlTypeName.EXACT_TYPES.contains(from.getSqlTypeName());
        return exact
                && to.getSqlTypeName() == SqlTypeName.DECIMAL
                && to.getScale() >= from.getScale()
                && to.getPrecision() - to.getScale() >= from.getPrecision() - from.getScale();
    }

    private Term floor(RexCall call) {
        if (call.getOperands().size() == 1) {
            return new Op("FLOOR", terms(call.getOperands()));
        }
        return call.getOperands().get(1) instanceof RexLiteral unit
                ? Optional.ofNullable(unit.getValueAs(TimeUnitRange.class))
                        .<Term>map(range -> Logic.op(
                                "FLOOR TO " + range, term(call.getOperands().getFirst())))
                        .orElseGet(() -> named(call))
                : named(call);
    }

    private Term named(RexCall call) {
        List<Term> operands = terms(call.getOperands().stream()
                .filter(operand -> !(operand instanceof RexLiteral flag && flag.getTypeName() == SqlTypeName.SYMBOL))
                .toList());
        String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        return switch (name) {
            case "||" -> StatementTerms.joinedTexts(operands);
            case "CHARACTER_LENGTH" -> new Op("CHAR_LENGTH", operands);
            case "EXTRACT" ->
                new Op(
                        flag(call, TimeUnitRange.class)
                                .map(unit -> name + " " + unit)
                                .orElse(name),
                        operands);
            case "TRIM" ->
                new Op(
                        flag(call, SqlTrimFunction.Flag.class)
                                .map(side -> switch (side) {
                                    case BOTH -> name;
                                    case LEADING -> "LTRIM";
                                    case TRAILING -> "RTRIM";
                                })
                                .orElse(name),
                        operands);
            default -> new Op(name, operands);
        };
    }

    private static <E extends Enum<E>> Optional<E> flag(RexCall call, Class<E> type) {
        return call.getOperands().stream()
                .filter(operand -> operand instanceof RexLiteral flag && type.isInstance(flag.getValue()))
                .findFirst()
                .map(operand -> type.cast(((RexLiteral) operand).getValue()));
    }

    private Term literal(RexLiteral literal) {
        if (literal.isNull()) {
            return Logic.NULL;
        }
        return switch (literal.getTypeName()) {
            case BOOLEAN -> Logic.truth(literal.isAlwaysTrue(), product);
            case CHAR, VARCHAR -> Logic.text(String.valueOf(literal.getValueAs(String.class)));
            case DECIMAL, DOUBLE, FLOAT, REAL, INTEGER, BIGINT, SMALLINT, TINYINT ->
                Numbers.of(literal).map(Logic::number).orElseGet(() -> other(literal));
            case DATE -> Logic.moment(String.valueOf(literal.getValueAs(DateString.class)));
            case TIME -> Logic.moment(String.valueOf(literal.getValueAs(TimeString.class)));
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                Logic.moment(String.valueOf(literal.getValueAs(TimestampString.class)));
            case INTERVAL_DAY,
                    INTERVAL_DAY_HOUR,
                    INTERVAL_DAY_MINUTE,
                    INTERVAL_DAY_SECOND,
                    INTERVAL_HOUR,
                    INTERVAL_HOUR_MINUTE,
                    INTERVAL_HOUR_SECOND,
                    INTERVAL_MINUTE,
                    INTERVAL_MINUTE_SECOND,
                    INTERVAL_SECOND -> interval("TO_MILLISECONDS", literal);
            case INTERVAL_YEAR, INTERVAL_YEAR_MONTH, INTERVAL_MONTH -> interval("TO_MONTHS", literal);
            default -> other(literal);
        };
    }

    /** In the engine's spelling; every other product has one of its own. */
    private static Term interval(String function, RexLiteral literal) {
        return Optional.ofNullable(literal.getValueAs(BigDecimal.class))
                .<Term>map(amount -> Logic.op(function, Logic.number(amount)))
                .orElseGet(() -> other(literal));
    }

    /** Bytes and flags, which every product writes in a way of its own. */
    private static Term other(RexLiteral literal) {
        return new Op("LITERAL " + literal, List.of());
    }
}
