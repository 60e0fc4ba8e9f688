package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.DataType;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Which expressions of a caller may be evaluated on rows that policy hides. Two lists: what may move below a barrier, and what
 * cannot raise an error whatever its input.
 */
final class LeakProof {
    private LeakProof() {}

    /** A condition that may cross a barrier: total comparisons of a column with constants of its type, and their logic. */
    static boolean crosses(RexNode node) {
        if (node instanceof RexInputRef || KeyCondition.isKeys(node)) {
            return true;
        }
        if (!(node instanceof RexCall call)) {
            return isConstant(node);
        }
        return switch (call.getKind()) {
            case AND, OR, NOT -> call.getOperands().stream().allMatch(LeakProof::crosses);
            case IS_NULL, IS_NOT_NULL, IS_TRUE, IS_FALSE, IS_NOT_TRUE, IS_NOT_FALSE ->
                crosses(call.getOperands().getFirst());
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                comparesColumnWithConstant(call);
            case SEARCH -> call.getOperands().getFirst() instanceof RexInputRef;
            case LIKE ->
                call.getOperands().size() == 2
                        && call.getOperands().get(0) instanceof RexInputRef
                        && call.getOperands().get(1) instanceof RexLiteral;
            // The list is closed: whatever is not on it stays above.
            default -> false;
        };
    }

    private static boolean comparesColumnWithConstant(RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean shape = (left instanceof RexInputRef && isConstant(right))
                || (isConstant(left) && right instanceof RexInputRef);
        Types.Kind one = Types.kind(left.getType());
        Types.Kind other = Types.kind(right.getType());
        return shape && (one == other || (Types.isMoment(one) && Types.isMoment(other)));
    }

    /** A literal, or a value of the caller's that is filled in as one. */
    private static boolean isConstant(RexNode node) {
        return node instanceof RexLiteral || node instanceof RexDynamicParam;
    }

    /** Whether the column comes out of the tree unchanged from a table, a group key or a constant: no expression is forced. */
    static boolean isBare(RelNode rel, int column) {
        return switch (rel) {
            case TableScan _ -> true;
            case BarrierLeaf leaf -> isBare(leaf.governed(), column);
            case Project project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        && isBare(project.getInput(), ref.getIndex());
            case Filter filter -> isBare(filter.getInput(), column);
            case SecureFilter barrier -> isBare(barrier.getInput(), column);
            case Sort sort -> isBare(sort.getInput(), column);
            case Aggregate aggregate ->
                column < aggregate.getGroupCount()
                        && isBare(aggregate.getInput(), aggregate.getGroupSet().nth(column));
            case Join join -> isBareInJoin(join, column);
            case Union union -> union.getInputs().stream().allMatch(input -> isBare(input, column));
            default -> false;
        };
    }

    private static boolean isBareInJoin(Join join, int column) {
        int left = join.getLeft().getRowType().getFieldCount();
        return column < left ? isBare(join.getLeft(), column) : isBare(join.getRight(), column - left);
    }

    /** Whether every expression of the node itself gives a value, never an error, for every input. */
    static boolean isTotal(RelNode rel) {
        return switch (rel) {
            case Project project -> project.getProjects().stream().allMatch(LeakProof::isTotal);
            case Filter filter -> isTotal(filter.getCondition());
            case SecureFilter barrier -> isTotal(barrier.condition());
            case Join join -> isTotal(join.getCondition());
            case Aggregate aggregate ->
                aggregate.getAggCallList().stream()
                        .allMatch(call -> isTotalAggregate(call.getAggregation().getKind()));
            case Fence _ -> true;
            case Sort _ -> true;
            case Union _ -> true;
            case StepRef _ -> true;
            default -> false;
        };
    }

    /** Aggregates run on rows that passed every condition below them; sums may overflow then, on the caller's own rows. */
    private static boolean isTotalAggregate(SqlKind kind) {
        return switch (kind) {
            case COUNT, SUM, SUM0, MIN, MAX, AVG, ANY_VALUE -> true;
            default -> false;
        };
    }

    /** Of a moment that is infinite there is none. */
    private static boolean isEpoch(RexCall call) {
        return call.getOperands().getFirst() instanceof RexLiteral unit
                && unit.getValueAs(TimeUnitRange.class) == TimeUnitRange.EPOCH;
    }

    static boolean isTotal(RexNode node) {
        return switch (node) {
            case RexInputRef _ -> true;
            case RexLiteral _ -> true;
            case RexDynamicParam _ -> true;
            case RexCall call ->
                isTotalCall(call) && call.getOperands().stream().allMatch(LeakProof::isTotal);
            default -> false;
        };
    }

    private static boolean isTotalCall(RexCall call) {
        if (KeyCondition.isKeys(call)) {
            return true;
        }
        return switch (call.getKind()) {
            case AND,
                    OR,
                    NOT,
                    CASE,
                    COALESCE,
                    IS_NULL,
                    IS_NOT_NULL,
                    IS_TRUE,
                    IS_FALSE,
                    IS_NOT_TRUE,
                    IS_NOT_FALSE,
                    SEARCH,
                    EQUALS,
                    NOT_EQUALS,
                    LESS_THAN,
                    LESS_THAN_OR_EQUAL,
                    GREATER_THAN,
                    GREATER_THAN_OR_EQUAL,
                    IS_DISTINCT_FROM,
                    IS_NOT_DISTINCT_FROM -> true;
            case LIKE -> call.getOperands().size() == 2 && call.getOperands().get(1) instanceof RexLiteral;
            case CAST -> Types.isWidening(call.getOperands().getFirst().getType(), call.getType());
            case EXTRACT -> !isEpoch(call);
            case PLUS, MINUS -> isPositionArithmetic(call) || hasRoom(call);
            case TIMES -> hasRoom(call);
            // Everything else may fail on some value: a division, a narrowing cast, an overflow.
            default -> isTotalFunction(call);
        };
    }

    /** Arithmetic of decimals that are narrow enough: the result has all its digits, whatever the operands are. */
    private static boolean hasRoom(RexCall call) {
        if (call.getType().getSqlTypeName() != SqlTypeName.DECIMAL
                || call.getOperands().size() != 2
                || !call.getOperands().stream().allMatch(operand -> Types.isExact(operand.getType()))) {
            return false;
        }
        RelDataType one = call.getOperands().get(0).getType();
        RelDataType other = call.getOperands().get(1).getType();
        int digits = call.getKind() == SqlKind.TIMES
                ? one.getPrecision() + other.getPrecision()
                : 1 + Math.max(whole(one), whole(other)) + Math.max(fraction(one), fraction(other));
        return digits <= DataType.DECIMAL_PRECISION_MAX;
    }

    private static int whole(RelDataType exact) {
        return exact.getPrecision() - fraction(exact);
    }

    private static int fraction(RelDataType exact) {
        return Math.max(0, exact.getScale());
    }

    /** A text's length or a position, plus or minus a small constant, cannot overflow. */
    private static boolean isPositionArithmetic(RexCall call) {
        return call.getOperands().stream().allMatch(operand -> switch (operand) {
            case RexLiteral literal -> isSmall(literal);
            case RexCall inner -> isPosition(inner);
            default -> false;
        });
    }

    private static boolean isPosition(RexCall call) {
        boolean sum = call.getKind() == SqlKind.PLUS || call.getKind() == SqlKind.MINUS;
        return isLength(call) || call.getKind() == SqlKind.POSITION || (sum && isPositionArithmetic(call));
    }

    private static boolean isSmall(RexLiteral literal) {
        BigDecimal value =
                Types.kind(literal.getType()) == Types.Kind.NUMBER ? literal.getValueAs(BigDecimal.class) : null;
        return value != null && value.abs().compareTo(BigDecimal.valueOf(1_000_000)) < 0;
    }

    private static boolean isLength(RexCall call) {
        return List.of("CHAR_LENGTH", "CHARACTER_LENGTH")
                .contains(call.getOperator().getName());
    }

    private static boolean isTotalFunction(RexCall call) {
        return switch (call.getOperator().getName()) {
            case "||", "UPPER", "LOWER", "CHAR_LENGTH", "CHARACTER_LENGTH", "POSITION", "CURRENT_DATE" -> true;
            case "SUBSTRING" ->
                call.getOperands().size() == 2
                        || LiteralValues.isAtLeast(call.getOperands().get(2), 0);
            case "FLOOR" -> Types.kind(call.getOperands().getFirst().getType()) != Types.Kind.NUMBER;
            default -> false;
        };
    }
}
