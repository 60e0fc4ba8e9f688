package io.belvedere.federation.plan;

import io.belvedere.model.source.SourceDefinition;
import java.util.List;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;

/** A sub-tree that one source runs, as a leaf of the engine's tree. */
final class Fragment extends AbstractRelNode {
    private final RelNode body;
    private final SourceDefinition source;
    private final List<Integer> shards;

    Fragment(RelNode body, SourceDefinition source, List<Integer> shards) {
        super(body.getCluster(), body.getTraitSet());
        this.body = body;
        this.source = source;
        this.shards = List.copyOf(shards);
        this.rowType = body.getRowType();
    }

    RelNode body() {
        return body;
    }

    /** The source whose connections run it; others of the same server may take part. */
    SourceDefinition source() {
        return source;
    }

    List<Integer> shards() {
        return shards;
    }

    Fragment over(RelNode other) {
        return new Fragment(other, source, shards);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer)
                .item("source", source.name())
                .item("shards", shards)
                .item("identity", System.identityHashCode(this));
    }
}
