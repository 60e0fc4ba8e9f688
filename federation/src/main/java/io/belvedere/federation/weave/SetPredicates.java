package io.belvedere.federation.weave;

import java.util.List;
import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.metadata.BuiltInMetadata;
import org.apache.calcite.rel.metadata.ChainedRelMetadataProvider;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.MetadataDef;
import org.apache.calcite.rel.metadata.MetadataHandler;
import org.apache.calcite.rel.metadata.ReflectiveRelMetadataProvider;
import org.apache.calcite.rel.metadata.RelMetadataProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;

/**
 * What holds for every row of INTERSECT and EXCEPT: what holds in the first part. Calcite compares the conditions of the parts by compiling them, and
 * compiles no sub-query. Public for the code that Calcite makes of it.
 */
public final class SetPredicates implements MetadataHandler<BuiltInMetadata.Predicates> {
    private static final RelMetadataProvider ALL = ChainedRelMetadataProvider.of(List.of(
            ReflectiveRelMetadataProvider.reflectiveSource(
                    new SetPredicates(), BuiltInMetadata.Predicates.Handler.class),
            DefaultRelMetadataProvider.INSTANCE));

    private SetPredicates() {}

    /** What is known of trees. */
    public static RelMetadataProvider known() {
        return ALL;
    }

    @Override
    public MetadataDef<BuiltInMetadata.Predicates> getDef() {
        return BuiltInMetadata.Predicates.DEF;
    }

    /** Calcite finds this by its form. */
    public RelOptPredicateList getPredicates(Intersect set, RelMetadataQuery query) {
        return query.getPulledUpPredicates(set.getInput(0));
    }

    /** Calcite finds this by its form. */
    public RelOptPredicateList getPredicates(Minus set, RelMetadataQuery query) {
        return query.getPulledUpPredicates(set.getInput(0));
    }
}
