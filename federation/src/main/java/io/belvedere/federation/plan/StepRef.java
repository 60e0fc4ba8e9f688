package io.belvedere.federation.plan;

import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.type.RelDataType;

/** The rows of an earlier step, as a leaf of an engine tree. Its columns are {@code c0, c1 …}. */
public final class StepRef extends AbstractRelNode {
    private final String step;
    private final double rows;

    StepRef(RelOptCluster cluster, String step, RelDataType row, double rows) {
        super(cluster, cluster.traitSet());
        this.step = step;
        this.rowType = row;
        this.rows = rows;
    }

    /** The step's name. */
    public String step() {
        return step;
    }

    /** Estimated rows. */
    double rows() {
        return rows;
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("step", step);
    }
}
