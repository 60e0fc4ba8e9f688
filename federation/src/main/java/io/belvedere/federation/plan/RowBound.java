package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * How many rows a tree gives at most, whatever its tables hold: not an estimate. It trusts the keys that a source's definition
 * declares.
 */
final class RowBound {
    static final double NONE = Double.POSITIVE_INFINITY;

    private RowBound() {}

    static double of(RelNode rel) {
        return switch (rel) {
            case Values values -> values.getTuples().size();
            case Filter filter ->
                UniqueColumns.isUnique(filter.getInput(), constants(filter)) ? 1 : of(filter.getInput());
            case Project project -> of(project.getInput());
            case SecureFilter barrier -> of(barrier.getInput());
            case Sort sort -> Math.min(of(sort.getInput()), fetched(sort));
            case Aggregate aggregate
            when aggregate.getGroupType() == Aggregate.Group.SIMPLE ->
                aggregate.getGroupSet().isEmpty() ? 1 : of(aggregate.getInput());
            case Join join -> join(join);
            case Union union ->
                union.getInputs().stream().mapToDouble(RowBound::of).sum();
            default -> NONE;
        };
    }

    private static double join(Join join) {
        double left = of(join.getLeft());
        double right = of(join.getRight());
        return switch (join.getJoinType()) {
            case SEMI, ANTI -> left;
            case INNER -> {
                double byLeft = UniqueColumns.matchesOnceOnRight(join) ? left : NONE;
                double byRight = UniqueColumns.matchesOnceOnLeft(join) ? right : NONE;
                yield Math.min(left * right, Math.min(byLeft, byRight));
            }
            case LEFT -> UniqueColumns.matchesOnceOnRight(join) ? left : left * Math.max(1, right);
            case RIGHT -> UniqueColumns.matchesOnceOnLeft(join) ? right : right * Math.max(1, left);
            case FULL -> left * right + left + right;
            case ASOF, LEFT_ASOF, LEFT_MARK -> NONE;
        };
    }

    private static double fetched(Sort sort) {
        BigDecimal rows = sort.fetch instanceof RexLiteral literal ? literal.getValueAs(BigDecimal.class) : null;
        return rows == null ? NONE : rows.doubleValue();
    }

    /** The columns of which a filter lets one value pass. */
    private static ImmutableBitSet constants(Filter filter) {
        ImmutableBitSet.Builder columns = ImmutableBitSet.builder();
        for (RexNode conjunct : Trees.conjuncts(filter.getCondition())) {
            if (conjunct instanceof RexCall call && call.getKind() == SqlKind.EQUALS) {
                constant(call.getOperands().get(0), call.getOperands().get(1), columns);
                constant(call.getOperands().get(1), call.getOperands().get(0), columns);
            }
        }
        return columns.build();
    }

    private static void constant(RexNode column, RexNode value, ImmutableBitSet.Builder columns) {
        if (column instanceof RexInputRef ref && (value instanceof RexLiteral || value instanceof RexDynamicParam)) {
            columns.set(ref.getIndex());
        }
    }
}
