package io.belvedere.federation.weave;

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
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * The tables of a view's body that would be read whole by every query, whatever it asks: no condition of the body, none that a
 * query can add on the view's columns, and no key of a join can reach a column of theirs. Where it is not sure, it says nothing.
 */
final class Unfiltered {
    private final Set<TableName> found = new HashSet<>();

    private Unfiltered() {}

    /** A query may filter every column of the tree. */
    static Set<TableName> in(RelNode tree) {
        Unfiltered search = new Unfiltered();
        search.visit(tree, all(tree));
        return search.found;
    }

    private static ImmutableBitSet all(RelNode rel) {
        return ImmutableBitSet.range(rel.getRowType().getFieldCount());
    }

    /**
     * @param reached columns on which a condition may arrive from above
     */
    private void visit(RelNode rel, ImmutableBitSet reached) {
        insideExpressions(rel);
        switch (rel) {
            case TableScan scan -> {
                SourceRelTable table = scan.getTable().unwrap(SourceRelTable.class);
                if (table != null && reached.isEmpty()) {
                    found.add(table.name());
                }
            }
            case Filter filter ->
                visit(filter.getInput(), reached.union(RelOptUtil.InputFinder.bits(filter.getCondition())));
            case Project project -> visit(project.getInput(), picked(project.getProjects(), reached));
            case Aggregate aggregate -> visit(aggregate.getInput(), grouped(aggregate, reached));
            case Join join -> join(join, reached);
            // Its own limit bounds what is read, or the rows above it are chosen first.
            case Sort sort -> visit(sort.getInput(), sort.fetch == null ? reached : all(sort.getInput()));
            case SetOp combined -> combined.getInputs().forEach(input -> visit(input, reached));
            default -> rel.getInputs().forEach(input -> visit(input, all(input)));
        }
    }

    private static ImmutableBitSet picked(List<RexNode> projects, ImmutableBitSet reached) {
        ImmutableBitSet.Builder below = ImmutableBitSet.builder();
        for (int column : reached) {
            if (projects.get(column) instanceof RexInputRef ref) {
                below.set(ref.getIndex());
            }
        }
        return below.build();
    }

    private static ImmutableBitSet grouped(Aggregate aggregate, ImmutableBitSet reached) {
        ImmutableBitSet.Builder below = ImmutableBitSet.builder();
        for (int column : reached) {
            if (column < aggregate.getGroupCount()) {
                below.set(aggregate.getGroupSet().nth(column));
            }
        }
        return below.build();
    }

    /** What the condition compares can carry keys from one side to the other. */
    private void join(Join join, ImmutableBitSet reached) {
        int width = join.getLeft().getRowType().getFieldCount();
        ImmutableBitSet compared = RelOptUtil.InputFinder.bits(join.getCondition());
        boolean leftTakesKeys = !join.getJoinType().generatesNullsOnRight();
        boolean rightTakesKeys = !join.getJoinType().generatesNullsOnLeft();
        ImmutableBitSet.Builder left = ImmutableBitSet.builder();
        ImmutableBitSet.Builder right = ImmutableBitSet.builder();
        for (int column : reached.union(compared)) {
            boolean fromAbove = reached.get(column);
            if (column < width && (fromAbove || leftTakesKeys)) {
                left.set(column);
            } else if (column >= width && (fromAbove || rightTakesKeys)) {
                right.set(column - width);
            }
        }
        visit(join.getLeft(), left.build());
        visit(join.getRight(), right.build());
    }

    private void insideExpressions(RelNode rel) {
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                visit(query.rel, all(query.rel));
                return super.visitSubQuery(query);
            }
        });
    }
}
