package io.belvedere.federation.dialect;

import java.util.List;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.SingleRel;

/**
 * A clause in a source's statement past which its optimiser moves no condition: what stands above a barrier and could raise an
 * error is evaluated only on rows that passed it.
 */
public final class Fence extends SingleRel {
    public Fence(RelNode input) {
        super(input.getCluster(), input.getTraitSet(), input);
    }

    @Override
    public Fence copy(RelTraitSet traits, List<RelNode> inputs) {
        return new Fence(inputs.getFirst());
    }
}
