package io.belvedere.federation.weave;

import io.belvedere.model.ViewId;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/**
 * The barrier of one view reference: its body's rows pass only where the policy's condition holds.
 *
 * <p>A node of its own, so that no planner rule written for filters matches it. It carries the stamp of the decision it comes
 * from; the verifier refuses a plan in which a table of a source is read outside such a barrier. The condition is TRUE where
 * policy grants all rows: the barrier stands all the same.
 */
public final class SecureFilter extends SingleRel {
    private final ViewId view;
    private final String stamp;
    private final RexNode condition;

    SecureFilter(
            RelOptCluster cluster, RelTraitSet traits, RelNode body, ViewId view, String stamp, RexNode condition) {
        super(cluster, traits, body);
        this.view = view;
        this.stamp = stamp;
        this.condition = condition;
    }

    /** The view whose rows pass here. */
    public ViewId view() {
        return view;
    }

    /** The fingerprint of the decision. */
    public String stamp() {
        return stamp;
    }

    /** The policy's condition over the body's columns. */
    public RexNode condition() {
        return condition;
    }

    /**
     * Whether policy grants all rows. A condition that is only true by what a definition says of its columns ({@code NOT (id IS NULL)}
     * of a required one) is none of these: a source may hold other rows than its definition promises.
     */
    public boolean admitsAll() {
        return condition instanceof RexLiteral && condition.isAlwaysTrue();
    }

    @Override
    public SecureFilter copy(RelTraitSet traits, List<RelNode> inputs) {
        return new SecureFilter(getCluster(), traits, inputs.getFirst(), view, stamp, condition);
    }

    /** The same barrier over a body whose columns stand elsewhere, with the condition rewritten to match; for column pruning. */
    public SecureFilter over(RelNode body, RexNode rewritten) {
        return new SecureFilter(getCluster(), getTraitSet(), body, view, stamp, rewritten);
    }

    @Override
    protected RelDataType deriveRowType() {
        return getInput().getRowType();
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer)
                .item("view", view)
                .item("condition", condition)
                .item("stamp", stamp);
    }
}
