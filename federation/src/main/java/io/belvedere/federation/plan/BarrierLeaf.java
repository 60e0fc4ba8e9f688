package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.Project;

/**
 * A view reference as a leaf: masks over barrier over body, out of every rule's sight while the operators above are optimised.
 *
 * <p>This is what makes it impossible, rather than forbidden, for a rule to move something across a barrier.
 */
final class BarrierLeaf extends AbstractRelNode {
    private final RelNode governed;
    private final int number;

    /**
     * @param governed the masks over the barrier, or the barrier itself
     * @param number tells equal views apart, so that no planner takes them for one
     */
    BarrierLeaf(RelNode governed, int number) {
        super(governed.getCluster(), governed.getTraitSet());
        this.governed = governed;
        this.number = number;
        this.rowType = governed.getRowType();
    }

    /** Whether the node is a whole view reference: masks over barrier, or a barrier without masks. */
    static boolean isGoverned(RelNode rel) {
        return rel instanceof SecureFilter
                || (rel instanceof Project project && project.getInput() instanceof SecureFilter);
    }

    static SecureFilter barrier(RelNode governed) {
        return governed instanceof SecureFilter barrier ? barrier : (SecureFilter) governed.getInput(0);
    }

    RelNode governed() {
        return governed;
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("number", number);
    }
}
