package io.belvedere.federation.plan;

import io.belvedere.federation.FederationError;
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

/** Sub-queries on the rows around them that Calcite's decorrelator turns into joins with other rows, without a word. They are refused. */
final class Correlations {
    private Correlations() {}

    /** Throws {@code UNSUPPORTED} when a correlation in the tree cannot be turned into a join. */
    static void requireJoinable(RelNode rel) {
        if (rel instanceof Correlate correlate) {
            requireJoinable(correlate.getRight(), correlate.getCorrelationId());
        }
        rel.getInputs().forEach(Correlations::requireJoinable);
    }

    /**
     * Throws {@code UNSUPPORTED} for a value compared with an aggregate of all rows that depend on the row around: such an aggregate has a row also
     * where there is none to aggregate, and a join has not.
     */
    static void requireJoinable(RexSubQuery query) {
        boolean compares = query.getKind() == SqlKind.IN || query.getKind() == SqlKind.SOME;
        if (compares && aggregatesAll(query.rel)) {
            throw refused("an aggregate that a value is compared with by IN, SOME or ALL");
        }
    }

    private static boolean aggregatesAll(RelNode rel) {
        boolean here = rel instanceof Aggregate aggregate
                && aggregate.getGroupSets().contains(ImmutableBitSet.of())
                && !RelOptUtil.getVariablesUsed(rel).isEmpty();
        return here || rel.getInputs().stream().anyMatch(Correlations::aggregatesAll);
    }

    private static void requireJoinable(RelNode rel, CorrelationId around) {
        if (rel instanceof Project project && project.containsOver() && uses(rel, around)) {
            throw refused("a window function");
        }
        if (rel instanceof Join join && join.getJoinType().isOuterJoin() && uses(rel, around)) {
            throw refused("an outer join");
        }
        rel.getInputs().forEach(input -> requireJoinable(input, around));
    }

    private static boolean uses(RelNode rel, CorrelationId around) {
        return RelOptUtil.getVariablesUsed(rel).contains(around);
    }

    private static RuntimeException refused(String what) {
        return FederationError.UNSUPPORTED.error("In a sub-query, " + what
                + " depends on the rows around it in a way that cannot be turned into a join; write it as a join.");
    }
}
