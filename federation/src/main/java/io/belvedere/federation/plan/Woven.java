package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;

/**
 * What the weaver put in, read from its tree: per view the condition of its barrier and the masks of its columns, as text over names; and
 * which tables of sources the sub-queries of its own body read.
 */
final class Woven {
    private final Map<ViewId, Set<String>> conditions = new HashMap<>();
    private final Map<ViewId, Set<String>> masks = new HashMap<>();
    private final Map<ViewId, Set<Set<TableName>>> subQueries = new HashMap<>();

    private Woven() {}

    static Woven of(RelNode tree) {
        Woven woven = new Woven();
        woven.read(tree, Optional.empty());
        return woven;
    }

    /**
     * @param around the view in whose own body the node stands
     */
    private void read(RelNode rel, Optional<ViewId> around) {
        if (rel instanceof SecureFilter barrier) {
            conditions.computeIfAbsent(barrier.view(), view -> new HashSet<>()).add(condition(barrier));
        }
        if (rel instanceof Project project && project.getInput() instanceof SecureFilter barrier) {
            for (RexNode mask : project.getProjects()) {
                masks.computeIfAbsent(barrier.view(), view -> new HashSet<>())
                        .add(text(mask, barrier.getRowType(), rel));
            }
        }
        Optional<ViewId> below = rel instanceof SecureFilter barrier ? Optional.of(barrier.view()) : around;
        rel.getInputs().forEach(input -> read(input, below));
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                around.ifPresent(view -> subQueries
                        .computeIfAbsent(view, each -> new HashSet<>())
                        .add(SubQueries.tables(query.rel)));
                read(query.rel, around);
                return super.visitSubQuery(query);
            }
        });
    }

    /**
     * How many views stand around a sub-query over these tables, which no barrier of its own covers: it belongs to the body of the last of
     * them. Refuses one that no view's body has.
     *
     * @param around the views around the place where its value is used, outermost first
     */
    int home(List<ViewId> around, Set<TableName> tables) {
        if (tables.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < around.size(); i++) {
            if (subQueries.getOrDefault(around.get(i), Set.of()).stream().anyMatch(each -> each.containsAll(tables))) {
                return i + 1;
            }
        }
        throw PlanVerifier.refused("a sub-query's value that was read outside every barrier");
    }

    void requireCondition(SecureFilter barrier) {
        if (!conditions.getOrDefault(barrier.view(), Set.of()).contains(condition(barrier))) {
            throw PlanVerifier.refused("a barrier whose condition is not the woven one");
        }
    }

    void requireMask(SecureFilter barrier, RexNode mask) {
        if (!masks.getOrDefault(barrier.view(), Set.of()).contains(text(mask, barrier.getRowType(), barrier))) {
            throw PlanVerifier.refused("a masked column whose mask is not the woven one");
        }
    }

    private static String condition(SecureFilter barrier) {
        return text(barrier.condition(), barrier.getRowType(), barrier);
    }

    /** The expression with column names for positions, so that it can be told apart wherever its columns stand. */
    private static String text(RexNode node, RelDataType row, RelNode rel) {
        RexNode plain = RexUtil.expandSearch(rel.getCluster().getRexBuilder(), null, node);
        StringBuilder names = new StringBuilder();
        RexNode unified = plain.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                names.append(' ').append(row.getFieldNames().get(ref.getIndex()));
                return new RexInputRef(0, ref.getType());
            }
        });
        return unified + " of" + names;
    }
}
