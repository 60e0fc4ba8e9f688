package io.belvedere.federation.verify;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.hash.KeyedHash;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/** Whether an expression can end in an error for some value: anything can that is not known to give one for every value. */
final class Failure {
    private static final int DIGITS_MAX = 38;
    private static final BigDecimal SMALL = BigDecimal.valueOf(1_000_000);
    private static final Set<SqlKind> LOGIC = Set.of(
            SqlKind.AND,
            SqlKind.OR,
            SqlKind.NOT,
            SqlKind.CASE,
            SqlKind.COALESCE,
            SqlKind.IS_NULL,
            SqlKind.IS_NOT_NULL,
            SqlKind.IS_TRUE,
            SqlKind.IS_NOT_TRUE,
            SqlKind.IS_FALSE,
            SqlKind.IS_NOT_FALSE,
            SqlKind.EQUALS,
            SqlKind.NOT_EQUALS,
            SqlKind.LESS_THAN,
            SqlKind.LESS_THAN_OR_EQUAL,
            SqlKind.GREATER_THAN,
            SqlKind.GREATER_THAN_OR_EQUAL,
            SqlKind.IS_DISTINCT_FROM,
            SqlKind.IS_NOT_DISTINCT_FROM);
    /** On the caller's own rows a sum may be too large; below it, nothing is. */
    private static final Set<SqlKind> AGGREGATES =
            Set.of(SqlKind.COUNT, SqlKind.SUM, SqlKind.SUM0, SqlKind.MIN, SqlKind.MAX, SqlKind.AVG, SqlKind.ANY_VALUE);

    private static final Set<String> FUNCTIONS =
            Set.of("||", "UPPER", "LOWER", "CHAR_LENGTH", "CHARACTER_LENGTH", "POSITION", "CURRENT_DATE");

    private Failure() {}

    /** Of the node itself, not of its inputs. */
    static boolean isPossible(RelNode rel) {
        return switch (rel) {
            case Project project -> project.getProjects().stream().anyMatch(Failure::isPossible);
            case Filter filter -> isPossible(filter.getCondition());
            case SecureFilter barrier -> isPossible(barrier.condition());
            case Join join -> isPossible(join.getCondition());
            case Aggregate aggregate ->
                !aggregate.getAggCallList().stream()
                        .allMatch(call ->
                                AGGREGATES.contains(call.getAggregation().getKind()));
            case Fence _, Sort _, Union _, StepRef _ -> false;
            default -> true;
        };
    }

    static boolean isPossible(RexNode node) {
        return switch (node) {
            case RexInputRef _, RexLiteral _, RexDynamicParam _ -> false;
            case RexCall call
            when KeyCondition.isKeys(call) || KeyedHash.is(call) ->
                call.getOperands().stream().anyMatch(Failure::isPossible);
            case RexCall call ->
                isPossibleCall(call) || call.getOperands().stream().anyMatch(Failure::isPossible);
            default -> true;
        };
    }

    private static boolean isPossibleCall(RexCall call) {
        List<RexNode> operands = call.getOperands();
        if (LOGIC.contains(call.getKind())) {
            return false;
        }
        return switch (call.getKind()) {
            case LIKE -> operands.size() != 2 || !(operands.get(1) instanceof RexLiteral);
            case CAST -> !widens(operands.getFirst().getType(), call.getType());
            case PLUS, MINUS -> !isOfPositions(call) && !isExactWithRoom(call);
            case TIMES -> !isExactWithRoom(call);
            case EXTRACT -> isOfSeconds(operands.getFirst());
            // What is not on the list can fail.
            default -> isPossibleFunction(call);
        };
    }

    /** An infinite moment has no number of seconds. */
    private static boolean isOfSeconds(RexNode unit) {
        return !(unit instanceof RexLiteral literal) || literal.getValueAs(TimeUnitRange.class) == TimeUnitRange.EPOCH;
    }

    private static boolean isPossibleFunction(RexCall call) {
        String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        if (name.equals("SUBSTRING")) {
            return call.getOperands().size() > 2
                    && !isNotNegative(call.getOperands().get(2));
        }
        if (name.equals("FLOOR")) {
            return !isMoment(call.getOperands().getFirst().getType());
        }
        return !FUNCTIONS.contains(name);
    }

    private static boolean isMoment(RelDataType type) {
        return SqlTypeName.DATETIME_TYPES.contains(type.getSqlTypeName());
    }

    private static boolean isNotNegative(RexNode node) {
        return Numbers.of(node).filter(number -> number.signum() >= 0).isPresent();
    }

    private static boolean widens(RelDataType from, RelDataType to) {
        boolean integers = isInteger(from) && isInteger(to);
        if (integers) {
            return to.getPrecision() >= from.getPrecision();
        }
        if (isExact(from) && to.getSqlTypeName() == SqlTypeName.DECIMAL) {
            return fraction(to) >= fraction(from)
                    && to.getPrecision() - fraction(to) >= from.getPrecision() - fraction(from);
        }
        if (isText(from) && isText(to)) {
            return isUnbounded(to) || (!isUnbounded(from) && to.getPrecision() >= from.getPrecision());
        }
        return from.getSqlTypeName() == to.getSqlTypeName() && !isExact(from) && !isText(from);
    }

    private static boolean isText(RelDataType type) {
        return SqlTypeName.CHAR_TYPES.contains(type.getSqlTypeName());
    }

    private static boolean isUnbounded(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.VARCHAR
                && type.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED;
    }

    private static boolean isInteger(RelDataType type) {
        return SqlTypeName.INT_TYPES.contains(type.getSqlTypeName());
    }

    private static boolean isExact(RelDataType type) {
        return SqlTypeName.EXACT_TYPES.contains(type.getSqlTypeName());
    }

    private static int fraction(RelDataType type) {
        return Math.max(0, type.getScale());
    }

    /** Decimals so narrow that every result has all its digits. */
    private static boolean isExactWithRoom(RexCall call) {
        if (call.getType().getSqlTypeName() != SqlTypeName.DECIMAL
                || call.getOperands().size() != 2
                || !call.getOperands().stream().allMatch(operand -> isExact(operand.getType()))) {
            return false;
        }
        RelDataType one = call.getOperands().get(0).getType();
        RelDataType other = call.getOperands().get(1).getType();
        int whole = Math.max(one.getPrecision() - fraction(one), other.getPrecision() - fraction(other));
        int digits = call.getKind() == SqlKind.TIMES
                ? one.getPrecision() + other.getPrecision()
                : 1 + whole + Math.max(fraction(one), fraction(other));
        return digits <= DIGITS_MAX;
    }

    /** A length or a position of a text, plus or minus a small constant. */
    private static boolean isOfPositions(RexCall call) {
        return call.getOperands().stream().allMatch(operand -> switch (operand) {
            case RexLiteral literal ->
                Numbers.of(literal)
                        .filter(number -> number.abs().compareTo(SMALL) < 0)
                        .isPresent();
            case RexCall inner -> isPosition(inner);
            default -> false;
        });
    }

    private static boolean isPosition(RexCall call) {
        String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        return Set.of("CHAR_LENGTH", "CHARACTER_LENGTH", "POSITION").contains(name)
                || ((call.getKind() == SqlKind.PLUS || call.getKind() == SqlKind.MINUS) && isOfPositions(call));
    }
}
