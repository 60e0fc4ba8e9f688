package io.belvedere.federation.plan;

import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/** Sub-queries on the rows around them that Calcite's decorrelator turns into joins with other rows, without a word; {@link Unnesting} takes them. */
final class Correlations {
    private Correlations() {}

    /** Whether Calcite's decorrelator keeps the meaning of every correlation in the tree: there is no window and no outer join in one. */
    static boolean areSimple(RelNode rel) {
        boolean here =
                !(rel instanceof Correlate correlate) || isSimple(correlate.getRight(), correlate.getCorrelationId());
        return here && rel.getInputs().stream().allMatch(Correlations::areSimple);
    }

    /**
     * Whether a value is compared with an aggregate of all rows that depend on the row around: such an aggregate has a row also where there is none to
     * aggregate, which Calcite's decorrelator forgets.
     */
    static boolean comparesAggregate(RexSubQuery query) {
        boolean compares = query.getKind() == SqlKind.IN || query.getKind() == SqlKind.SOME;
        return compares && aggregatesAll(query.rel);
    }

    private static boolean aggregatesAll(RelNode rel) {
        boolean here = rel instanceof Aggregate aggregate
                && aggregate.getGroupSets().contains(ImmutableBitSet.of())
                && !RelOptUtil.getVariablesUsed(rel).isEmpty();
        return here || rel.getInputs().stream().anyMatch(Correlations::aggregatesAll);
    }

    private static boolean isSimple(RelNode rel, CorrelationId around) {
        boolean window = rel instanceof Project project && project.containsOver();
        boolean outer = rel instanceof Join join && join.getJoinType().isOuterJoin();
        return !((window || outer) && uses(rel, around))
                && rel.getInputs().stream().allMatch(input -> isSimple(input, around));
    }

    /** Whether an expression of the tree names a column of the row around. */
    static boolean uses(RelNode rel, CorrelationId around) {
        return RelOptUtil.getVariablesUsed(rel).contains(around);
    }
}
