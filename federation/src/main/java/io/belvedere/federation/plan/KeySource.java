package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.util.ImmutableBitSet;

/** Where keys can be read, and where a condition on them can be put, on the way down a tree. */
final class KeySource {
    /** A column of an earlier step. */
    record Found(StepRef step, int column) {}

    /** A column of a fragment that is yet to be fetched. */
    record Target(Fragment fragment, int column) {}

    private KeySource() {}

    /** The step whose column holds every value of the tree's column; never looked for below a barrier. */
    static Optional<Found> find(RelNode rel, int column) {
        return switch (rel) {
            case StepRef step -> Optional.of(new Found(step, column));
            case Project project
            when !BarrierLeaf.isGoverned(project) ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        ? find(project.getInput(), ref.getIndex())
                        : Optional.empty();
            case Filter filter -> find(filter.getInput(), column);
            case Sort sort -> find(sort.getInput(), column);
            case Join join -> {
                int left = join.getLeft().getRowType().getFieldCount();
                yield column < left ? find(join.getLeft(), column) : find(join.getRight(), column - left);
            }
            case Aggregate aggregate
            when column < aggregate.getGroupCount() ->
                find(aggregate.getInput(), aggregate.getGroupSet().nth(column));
            default -> Optional.empty();
        };
    }

    /**
     * Fragments of which only the rows with the wanted values matter to the tree's column. A condition may pass what a filter on
     * the column could pass; barriers too, as it compares a column with constants.
     */
    static List<Target> targets(RelNode rel, int column) {
        return switch (rel) {
            // Keys are hashes too, and the source would compare them with values.
            case Fragment fragment ->
                HashedColumns.leave(fragment.body(), ImmutableBitSet.of(column))
                        ? List.of(new Target(fragment, column))
                        : List.of();
            case Project project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                                && project.getProjects().stream().noneMatch(RexOver::containsOver)
                        ? targets(project.getInput(), ref.getIndex())
                        : List.of();
            case Filter filter -> targets(filter.getInput(), column);
            case io.belvedere.federation.weave.SecureFilter barrier -> targets(barrier.getInput(), column);
            case Sort sort when sort.fetch == null && sort.offset == null -> targets(sort.getInput(), column);
            case Aggregate aggregate
            when column < aggregate.getGroupCount() && aggregate.getGroupType() == Aggregate.Group.SIMPLE ->
                targets(aggregate.getInput(), aggregate.getGroupSet().nth(column));
            case Join join -> inJoin(join, column);
            case Union union ->
                union.getInputs().stream()
                        .flatMap(input -> targets(input, column).stream())
                        .toList();
            default -> List.of();
        };
    }

    /** The side that has the column; and, where the join asks for equality with it, the other side, whose further rows find no partner. */
    private static List<Target> inJoin(Join join, int column) {
        int left = join.getLeft().getRowType().getFieldCount();
        boolean onLeft = column < left;
        JoinRelType type = join.getJoinType();
        if (onLeft ? type.generatesNullsOnLeft() : type.generatesNullsOnRight()) {
            return List.of();
        }
        List<Target> targets =
                new ArrayList<>(onLeft ? targets(join.getLeft(), column) : targets(join.getRight(), column - left));
        for (int[] key : JoinKeys.equalities(join)) {
            if (onLeft && key[0] == column) {
                targets.addAll(targets(join.getRight(), key[1]));
            } else if (!onLeft && key[1] == column - left) {
                targets.addAll(targets(join.getLeft(), key[0]));
            }
        }
        return targets;
    }
}
