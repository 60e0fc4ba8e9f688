package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * The tables that a source's statement reads whole: no condition on a column of theirs, no shipped keys, no limit, and no join at
 * the source with something that has one. That a column is not NULL restricts nothing worth the name.
 */
final class WholeReads {
    private final Set<TableName> found = new HashSet<>();

    private WholeReads() {}

    /** Of a fragment as it is written. */
    static Set<TableName> in(RelNode fragment) {
        WholeReads search = new WholeReads();
        search.visit(fragment, ImmutableBitSet.of());
        return search.found;
    }

    /**
     * @param bound columns that a condition above restricts
     */
    private void visit(RelNode rel, ImmutableBitSet bound) {
        switch (rel) {
            case TableScan scan -> {
                if (bound.isEmpty()) {
                    found.add(Trees.table(scan));
                }
            }
            case Filter filter -> visit(filter.getInput(), bound.union(restricted(filter.getCondition())));
            case SecureFilter barrier -> visit(barrier.getInput(), bound.union(restricted(barrier.condition())));
            case Project project -> visit(project.getInput(), picked(project.getProjects(), bound));
            case Aggregate aggregate -> visit(aggregate.getInput(), grouped(aggregate, bound));
            case Join join -> join(join, bound);
            case Sort sort -> visit(sort.getInput(), sort.fetch == null ? bound : all(sort.getInput()));
            case SetOp combined -> combined.getInputs().forEach(input -> visit(input, bound));
            case Fence fence -> fence.getInputs().forEach(input -> visit(input, bound));
            default -> rel.getInputs().forEach(input -> visit(input, ImmutableBitSet.of()));
        }
    }

    private static ImmutableBitSet all(RelNode rel) {
        return ImmutableBitSet.range(rel.getRowType().getFieldCount());
    }

    private static ImmutableBitSet restricted(RexNode condition) {
        ImmutableBitSet columns = ImmutableBitSet.of();
        for (RexNode conjunct : Trees.conjuncts(condition)) {
            if (conjunct.getKind() != SqlKind.IS_NOT_NULL) {
                columns = columns.union(RelOptUtil.InputFinder.bits(conjunct));
            }
        }
        return columns;
    }

    private static ImmutableBitSet picked(List<RexNode> projects, ImmutableBitSet bound) {
        ImmutableBitSet.Builder below = ImmutableBitSet.builder();
        for (int column : bound) {
            if (projects.get(column) instanceof RexInputRef ref) {
                below.set(ref.getIndex());
            }
        }
        return below.build();
    }

    private static ImmutableBitSet grouped(Aggregate aggregate, ImmutableBitSet bound) {
        ImmutableBitSet.Builder below = ImmutableBitSet.builder();
        for (int column : bound) {
            if (column < aggregate.getGroupCount()) {
                below.set(aggregate.getGroupSet().nth(column));
            }
        }
        return below.build();
    }

    /** A side that is restricted restricts the other by the keys, where the join's kind lets rows without a partner go. */
    private void join(Join join, ImmutableBitSet bound) {
        int width = join.getLeft().getRowType().getFieldCount();
        ImmutableBitSet left = bound.intersect(ImmutableBitSet.range(width));
        ImmutableBitSet right = bound.except(ImmutableBitSet.range(width)).shift(-width);
        boolean leftIsFew = !left.isEmpty() || isRestricted(join.getLeft());
        boolean rightIsFew = !right.isEmpty() || isRestricted(join.getRight());
        ImmutableBitSet.Builder leftKeys = ImmutableBitSet.builder();
        ImmutableBitSet.Builder rightKeys = ImmutableBitSet.builder();
        for (int[] pair : JoinKeys.equalities(join)) {
            if (rightIsFew && !join.getJoinType().generatesNullsOnRight()) {
                leftKeys.set(pair[0]);
            }
            if (leftIsFew && !join.getJoinType().generatesNullsOnLeft()) {
                rightKeys.set(pair[1]);
            }
        }
        visit(join.getLeft(), left.union(leftKeys.build()));
        visit(join.getRight(), right.union(rightKeys.build()));
    }

    private static boolean isRestricted(RelNode rel) {
        boolean here = switch (rel) {
            case Filter filter -> !restricted(filter.getCondition()).isEmpty();
            case SecureFilter barrier -> !restricted(barrier.condition()).isEmpty();
            case Sort sort -> sort.fetch != null;
            default -> false;
        };
        return here || rel.getInputs().stream().anyMatch(WholeReads::isRestricted);
    }
}
