package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexNode;

/**
 * Joins and filters that are sure to give no row, whatever stands in their tables: clients ask {@code WHERE 1 = 0} for the columns of a view. What stands
 * below them is not asked for.
 */
final class NoRows {
    private NoRows() {}

    /** The tree with such as empty lists of rows. */
    static RelNode pruned(RelNode rel) {
        RelNode pruned = Trees.mapInputs(rel, NoRows::pruned);
        boolean none = (pruned instanceof Join join && isSure(join))
                || (pruned instanceof Filter filter && isFalse(filter.getCondition()));
        return none ? LogicalValues.createEmpty(pruned.getCluster(), pruned.getRowType()) : pruned;
    }

    private static boolean isFalse(RexNode condition) {
        return RelOptUtil.conjunctions(condition).stream().anyMatch(RexNode::isAlwaysFalse);
    }

    private static boolean isSure(RelNode rel) {
        return switch (rel) {
            case Values values -> values.getTuples().isEmpty();
            case Project project -> isSure(project.getInput());
            case Filter filter -> isFalse(filter.getCondition()) || isSure(filter.getInput());
            case SecureFilter barrier -> isSure(barrier.getInput());
            case Join join ->
                switch (join.getJoinType()) {
                    case INNER, SEMI -> isSure(join.getLeft()) || isSure(join.getRight());
                    case LEFT, ANTI -> isSure(join.getLeft());
                    case RIGHT -> isSure(join.getRight());
                    case FULL -> isSure(join.getLeft()) && isSure(join.getRight());
                    case ASOF, LEFT_ASOF, LEFT_MARK -> false;
                };
            default -> false;
        };
    }
}
