package io.belvedere.federation.plan;

import io.belvedere.model.source.SourceDefinition;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;

/** A sub-tree that one source runs, as a leaf of the engine's tree. */
final class Fragment extends AbstractRelNode {
    private final RelNode body;
    private final Site site;

    Fragment(RelNode body, Site site) {
        super(body.getCluster(), body.getTraitSet());
        this.body = body;
        this.site = site;
        this.rowType = body.getRowType();
    }

    RelNode body() {
        return body;
    }

    /** The source whose connections run it; others of the same server may take part. */
    SourceDefinition source() {
        return site.source();
    }

    List<Integer> shards() {
        return site.shards();
    }

    /** Where it runs; the shard key is of the body's columns. */
    Site site() {
        return site;
    }

    /** Whether the other gives the same rows: the same tree, at the same place. */
    boolean isSameAs(Fragment other) {
        return source().name().equals(other.source().name())
                && shards().equals(other.shards())
                && body.getRowType().equals(other.body.getRowType())
                && RelOptUtil.toString(body).equals(RelOptUtil.toString(other.body));
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer)
                .item("source", source().name())
                .item("shards", shards())
                .item("identity", System.identityHashCode(this));
    }
}
