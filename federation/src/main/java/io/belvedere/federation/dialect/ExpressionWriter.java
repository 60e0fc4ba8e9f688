package io.belvedere.federation.dialect;

import static io.belvedere.federation.dialect.Types.kind;

import io.belvedere.federation.dialect.Types.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Walks an expression, and asks the dialect for the words. What is alike in every product is written here. Where a condition is no
 * value, each is written in the other's place by a CASE or a comparison.
 */
final class ExpressionWriter {
    private final Dialect dialect;
    private final List<String> refs;

    /** @param refs the columns that the expression is over, already written */
    ExpressionWriter(Dialect dialect, List<String> refs) {
        this.dialect = dialect;
        this.refs = refs;
    }

    /** The expression as a value. Throws {@link NotOffered} for what the product is not asked. */
    String write(RexNode node) {
        String sql = plain(node);
        return isApart() && isPredicate(node)
                ? "(CASE WHEN " + sql + " THEN 1 WHEN (NOT " + sql + ") THEN 0 END)"
                : sql;
    }

    /** The expression where a condition is wanted. */
    String writeCondition(RexNode node) {
        String sql = plain(node);
        return isApart() && !isPredicate(node) ? "(" + sql + " = 1)" : sql;
    }

    private boolean isApart() {
        return dialect.sheet().booleans() == CapabilitySheet.Booleans.NUMBERS_APART;
    }

    /** Whether what is written for it is a condition, where conditions are no values. */
    private static boolean isPredicate(RexNode node) {
        return node instanceof RexCall call
                && kind(call.getType()) == Kind.BOOLEAN
                && switch (call.getKind()) {
                    case CASE, COALESCE, CAST -> false;
                    default -> true;
                };
    }

    private String plain(RexNode node) {
        return switch (node) {
            case RexInputRef ref -> refs.get(ref.getIndex());
            case RexLiteral literal -> dialect.literal(literal);
            case RexOver over -> dialect.window(over, refs);
            case SubQueryValue value -> subQuery(value);
            case RexDynamicParam value -> ValuePlace.mark(value.getIndex());
            case RexCall call -> call(call);
            // Rex is an open hierarchy; what is not named above (correlation, sub-queries) is never sent.
            default -> throw new NotOffered("an expression of kind " + node.getKind());
        };
    }

    /** An exact number has the type of the plan, so that what is computed of it has too; a bound may have a digit more than its column. */
    private String subQuery(SubQueryValue value) {
        String place = ValuePlace.shipped(value.getIndex());
        boolean typed = value.bound() == SubQueryValue.Bound.NONE && Types.isExact(value.getType());
        return typed ? "CAST(" + place + " AS " + dialect.type(value.getType()) + ")" : place;
    }

    List<String> writeAll(List<? extends RexNode> nodes) {
        List<String> all = new ArrayList<>();
        for (RexNode node : nodes) {
            all.add(write(node));
        }
        return all;
    }

    private String call(RexCall call) {
        if (KeyCondition.isKeys(call)) {
            return KeyCondition.marker(call, writeAll(KeyCondition.columns(call)), dialect::known);
        }
        return switch (call.getKind()) {
            case AND -> Dialect.joined(" AND ", conditions(call));
            case OR -> Dialect.joined(" OR ", conditions(call));
            case NOT -> "(NOT " + condition(call) + ")";
            case IS_NULL -> "(" + operand(call, 0) + " IS NULL)";
            case IS_NOT_NULL -> "(" + operand(call, 0) + " IS NOT NULL)";
            case IS_TRUE -> isApart() ? truth(condition(call), 1) : "(" + operand(call, 0) + " IS TRUE)";
            case IS_NOT_TRUE -> isApart() ? truth(condition(call), 0) : "(" + operand(call, 0) + " IS NOT TRUE)";
            case IS_FALSE ->
                isApart() ? truth("(NOT " + condition(call) + ")", 1) : "(" + operand(call, 0) + " IS FALSE)";
            case IS_NOT_FALSE ->
                isApart() ? truth("(NOT " + condition(call) + ")", 0) : "(" + operand(call, 0) + " IS NOT FALSE)";
            case EQUALS -> comparison("=", call);
            case NOT_EQUALS -> comparison("<>", call);
            case LESS_THAN -> comparison("<", call);
            case LESS_THAN_OR_EQUAL -> comparison("<=", call);
            case GREATER_THAN -> comparison(">", call);
            case GREATER_THAN_OR_EQUAL -> comparison(">=", call);
            case IS_DISTINCT_FROM -> distinct(call);
            case IS_NOT_DISTINCT_FROM -> "(NOT " + distinct(call) + ")";
            case CASE -> caseWhen(call);
            case COALESCE -> "COALESCE(" + String.join(", ", together(call, writeAll(call.getOperands()))) + ")";
            case CAST -> dialect.cast(call, operand(call, 0));
            case LIKE -> {
                dialect.require(Feature.LIKE);
                yield dialect.like(call, writeAll(call.getOperands()));
            }
            // Functions are an open set; each dialect has its own closed list of them.
            default -> {
                dialect.require(Feature.ofFunction(call));
                yield dialect.function(call, operands(call));
            }
        };
    }

    /** Flags such as the unit of EXTRACT are operands too; they are read by the function, not written. */
    private List<String> operands(RexCall call) {
        List<String> all = new ArrayList<>();
        for (RexNode operand : call.getOperands()) {
            boolean flag = operand instanceof RexLiteral literal && literal.getTypeName() == SqlTypeName.SYMBOL;
            all.add(flag ? "" : write(operand));
        }
        return all;
    }

    private String operand(RexCall call, int index) {
        return write(call.getOperands().get(index));
    }

    private String condition(RexCall call) {
        return writeCondition(call.getOperands().getFirst());
    }

    private List<String> conditions(RexCall call) {
        return call.getOperands().stream().map(this::writeCondition).toList();
    }

    /** Whether a condition is true, or is not: never unknown. */
    private static String truth(String condition, int wanted) {
        return "(CASE WHEN " + condition + " THEN 1 ELSE 0 END = " + wanted + ")";
    }

    private String distinct(RexCall call) {
        Kind kind = sameKind(call);
        requireComparison("=", kind);
        return dialect.distinct(kind, aligned(call, 0, kind), aligned(call, 1, kind));
    }

    private String comparison(String operator, RexCall call) {
        Kind kind = sameKind(call);
        requireComparison(operator, kind);
        return dialect.compare(operator, kind, aligned(call, 0, kind), aligned(call, 1, kind));
    }

    private void requireComparison(String operator, Kind kind) {
        switch (kind) {
            case TEXT ->
                dialect.require(
                        operator.equals("=") || operator.equals("<>") ? Feature.TEXT_EQUALITY : Feature.TEXT_ORDER);
            case BOOLEAN -> dialect.require(Feature.BOOLEAN_COMPARISON);
            case TIME -> dialect.require(Feature.TIME_COMPARISON);
            case INSTANT -> dialect.require(Feature.INSTANT_COMPARISON);
            case NUMBER, DATE, TIMESTAMP, BINARY, INTERVAL, OTHER -> {}
        }
    }

    /** An operand as a value of the kind in which the two are compared; times without a zone are UTC. */
    private String aligned(RexCall call, int index, Kind kind) {
        Kind from = kind(call.getOperands().get(index).getType());
        String sql = operand(call, index);
        String timestamp =
                from == Kind.DATE && kind != Kind.DATE ? "CAST(" + sql + " AS " + dialect.timestampWord() + ")" : sql;
        return kind == Kind.INSTANT && from != Kind.INSTANT ? dialect.utc(timestamp) : timestamp;
    }

    private static Kind sameKind(RexCall call) {
        Kind left = kind(call.getOperands().get(0).getType());
        Kind right = kind(call.getOperands().get(1).getType());
        if (Types.isMoment(left) && Types.isMoment(right)) {
            return left.compareTo(right) > 0 ? left : right;
        }
        if (left != right || left == Kind.OTHER) {
            throw new NotOffered("a comparison of " + left + " with " + right);
        }
        return left;
    }

    private String caseWhen(RexCall call) {
        List<RexNode> operands = call.getOperands();
        List<String> conditions = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            boolean condition = i % 2 == 0 && i + 1 < operands.size();
            if (condition) {
                conditions.add(writeCondition(operands.get(i)));
            } else {
                values.add(write(operands.get(i)));
            }
        }
        List<String> results = together(call, values);
        StringBuilder sql = new StringBuilder("(CASE");
        for (int i = 0; i < conditions.size(); i++) {
            sql.append(" WHEN ").append(conditions.get(i)).append(" THEN ").append(results.get(i));
        }
        return sql.append(" ELSE ").append(results.getLast()).append(" END)").toString();
    }

    /** Several values of which the call gives one. */
    private List<String> together(RexCall call, List<String> values) {
        return kind(call.getType()) == Kind.TEXT ? dialect.together(values) : values;
    }
}
