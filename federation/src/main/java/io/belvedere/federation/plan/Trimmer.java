package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.mapping.Mapping;
import org.apache.calcite.util.mapping.MappingType;
import org.apache.calcite.util.mapping.Mappings;

/**
 * Leaves out the columns that nobody reads, also below barriers: a barrier keeps the columns of its own condition. Masks stay
 * what they are; a mask that nobody reads goes. So does the other side of an outer join that nobody reads, where it can neither
 * add nor drop a row and no barrier stands in it.
 */
final class Trimmer {
    /** A tree with some of its columns: {@code kept} are the old positions, in the new order. */
    private record Trimmed(RelNode rel, List<Integer> kept) {
        Mapping mapping(int sourceCount) {
            Mapping mapping = Mappings.create(MappingType.INVERSE_SURJECTION, sourceCount, kept.size());
            for (int i = 0; i < kept.size(); i++) {
                mapping.set(kept.get(i), i);
            }
            return mapping;
        }

        int position(int old) {
            return kept.indexOf(old);
        }
    }

    /** What is laid between joins to drop columns; it keeps joins from being seen as one set. */
    private enum BetweenJoins {
        PROJECTIONS,
        NOTHING
    }

    private final BetweenJoins between;
    private int joinsLeftOut;

    private Trimmer(BetweenJoins between) {
        this.between = between;
    }

    /** The same rows and columns, computed from fewer. */
    static RelNode trim(RelNode tree) {
        return new Trimmer(BetweenJoins.PROJECTIONS).all(tree);
    }

    /** The same rows and columns without joins that nobody needs; the joins that stay can still be ordered. */
    static RelNode withoutUnusedJoins(RelNode tree) {
        Trimmer trimmer = new Trimmer(BetweenJoins.NOTHING);
        RelNode trimmed = trimmer.all(tree);
        return trimmer.joinsLeftOut == 0 ? tree : trimmed;
    }

    private RelNode all(RelNode tree) {
        ImmutableBitSet all = ImmutableBitSet.range(tree.getRowType().getFieldCount());
        Trimmed trimmed = trim(tree, all);
        return Trees.columns(
                trimmed.rel(), all.asList().stream().map(trimmed::position).toList());
    }

    /** Trims to at least the needed columns. */
    private Trimmed trim(RelNode rel, ImmutableBitSet needed) {
        return switch (rel) {
            case Project project -> project(project, needed);
            case Filter filter -> filter(filter, needed);
            case SecureFilter barrier -> barrier(barrier, needed);
            case Join join -> join(join, needed);
            case Aggregate aggregate -> aggregate(aggregate, needed);
            case Sort sort -> sort(sort, needed);
            case Union union when union.all -> union(union, needed);
            default -> whole(rel, needed);
        };
    }

    private static int width(RelNode rel) {
        return rel.getRowType().getFieldCount();
    }

    /** A relation without columns cannot be written in SQL; one column stays. */
    private static ImmutableBitSet some(ImmutableBitSet needed) {
        return needed.isEmpty() ? ImmutableBitSet.of(0) : needed;
    }

    private Trimmed whole(RelNode rel, ImmutableBitSet needed) {
        RelNode inner = Trees.mapInputs(rel, this::all);
        List<Integer> kept = some(needed).asList();
        return new Trimmed(Trees.columns(inner, kept), kept);
    }

    private Trimmed project(Project project, ImmutableBitSet needed) {
        List<Integer> kept = some(needed).asList();
        List<RexNode> used = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int column : kept) {
            used.add(project.getProjects().get(column));
            names.add(project.getRowType().getFieldNames().get(column));
        }
        ImmutableBitSet inputs = RelOptUtil.InputFinder.bits(used, null);
        Trimmed input = trim(project.getInput(), inputs);
        Mapping mapping = input.mapping(width(project.getInput()));
        List<RexNode> moved = org.apache.calcite.rex.RexUtil.apply(mapping, used);
        return new Trimmed(LogicalProject.create(input.rel(), List.of(), moved, names, Set.of()), kept);
    }

    private Trimmed filter(Filter filter, ImmutableBitSet needed) {
        ImmutableBitSet inputs = needed.union(RelOptUtil.InputFinder.bits(filter.getCondition()));
        Trimmed input = trim(filter.getInput(), inputs);
        RexNode condition =
                org.apache.calcite.rex.RexUtil.apply(input.mapping(width(filter.getInput())), filter.getCondition());
        return new Trimmed(LogicalFilter.create(input.rel(), condition), input.kept());
    }

    private Trimmed barrier(SecureFilter barrier, ImmutableBitSet needed) {
        ImmutableBitSet inputs = needed.union(RelOptUtil.InputFinder.bits(barrier.condition()));
        Trimmed input = trim(barrier.getInput(), inputs);
        RexNode condition =
                org.apache.calcite.rex.RexUtil.apply(input.mapping(width(barrier.getInput())), barrier.condition());
        return new Trimmed(barrier.over(input.rel(), condition), input.kept());
    }

    private Trimmed join(Join join, ImmutableBitSet needed) {
        int left = width(join.getLeft());
        int all = left + width(join.getRight());
        if (isUnused(join, needed)) {
            joinsLeftOut++;
            return join.getJoinType() == JoinRelType.LEFT
                    ? trim(join.getLeft(), needed)
                    : shifted(trim(join.getRight(), needed.shift(-left)), left);
        }
        ImmutableBitSet used = needed.union(RelOptUtil.InputFinder.bits(join.getCondition()));
        Trimmed leftInput = trim(join.getLeft(), used.intersect(ImmutableBitSet.range(left)));
        Trimmed rightInput =
                trim(join.getRight(), used.except(ImmutableBitSet.range(left)).shift(-left));
        List<Integer> inputs = new ArrayList<>(leftInput.kept());
        rightInput.kept().forEach(column -> inputs.add(column + left));
        Mapping mapping = new Trimmed(join, inputs).mapping(all);
        RexNode condition = org.apache.calcite.rex.RexUtil.apply(mapping, join.getCondition());
        RelNode trimmed = LogicalJoin.create(
                leftInput.rel(), rightInput.rel(), List.of(), condition, Set.of(), join.getJoinType());
        List<Integer> kept = join.getJoinType().projectsRight() ? inputs : leftInput.kept();
        if (between == BetweenJoins.NOTHING) {
            return new Trimmed(trimmed, kept);
        }
        List<Integer> wanted = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            if (some(needed).get(kept.get(i)) || needed.isEmpty()) {
                wanted.add(kept.get(i));
                positions.add(i);
            }
        }
        return new Trimmed(Trees.columns(trimmed, positions), wanted);
    }

    /** Whether every row of one side comes out exactly once, and nothing of the other side is read. */
    private static boolean isUnused(Join join, ImmutableBitSet needed) {
        ImmutableBitSet left = ImmutableBitSet.range(width(join.getLeft()));
        return switch (join.getJoinType()) {
            case LEFT ->
                left.contains(needed)
                        && !Trees.contains(join.getRight(), SecureFilter.class)
                        && UniqueColumns.matchesOnceOnRight(join);
            case RIGHT ->
                !left.intersects(needed)
                        && !Trees.contains(join.getLeft(), SecureFilter.class)
                        && UniqueColumns.matchesOnceOnLeft(join);
            case INNER, FULL, SEMI, ANTI, ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
    }

    private static Trimmed shifted(Trimmed right, int by) {
        return new Trimmed(
                right.rel(), right.kept().stream().map(column -> column + by).toList());
    }

    private Trimmed aggregate(Aggregate aggregate, ImmutableBitSet needed) {
        if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
            return whole(aggregate, needed);
        }
        List<Integer> kept =
                new ArrayList<>(ImmutableBitSet.range(aggregate.getGroupCount()).asList());
        List<AggregateCall> calls = new ArrayList<>();
        for (int i = 0; i < aggregate.getAggCallList().size(); i++) {
            int column = aggregate.getGroupCount() + i;
            if (needed.get(column)
                    || (kept.isEmpty() && i == aggregate.getAggCallList().size() - 1)) {
                kept.add(column);
                calls.add(aggregate.getAggCallList().get(i));
            }
        }
        ImmutableBitSet.Builder used = aggregate.getGroupSet().rebuild();
        for (AggregateCall call : calls) {
            call.getArgList().forEach(used::set);
            call.getCollation().getKeys().forEach(used::set);
            if (call.hasFilter()) {
                used.set(call.filterArg);
            }
        }
        Trimmed input = trim(aggregate.getInput(), used.build());
        Mapping mapping = input.mapping(width(aggregate.getInput()));
        ImmutableBitSet keys = Mappings.apply(mapping, aggregate.getGroupSet());
        boolean inOrder = isAscending(
                aggregate.getGroupSet().asList().stream().map(input::position).toList());
        if (!inOrder) {
            return whole(aggregate, needed);
        }
        List<AggregateCall> moved =
                calls.stream().map(call -> call.transform(mapping)).toList();
        return new Trimmed(LogicalAggregate.create(input.rel(), List.of(), keys, null, moved), kept);
    }

    private static boolean isAscending(List<Integer> positions) {
        for (int i = 1; i < positions.size(); i++) {
            if (positions.get(i - 1) >= positions.get(i)) {
                return false;
            }
        }
        return true;
    }

    private Trimmed sort(Sort sort, ImmutableBitSet needed) {
        ImmutableBitSet keys = ImmutableBitSet.of(sort.getCollation().getKeys());
        Trimmed input = trim(sort.getInput(), needed.union(keys));
        List<RelFieldCollation> moved = new ArrayList<>();
        for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
            moved.add(key.withFieldIndex(input.position(key.getFieldIndex())));
        }
        return new Trimmed(
                LogicalSort.create(input.rel(), RelCollations.of(moved), sort.offset, sort.fetch), input.kept());
    }

    private Trimmed union(Union union, ImmutableBitSet needed) {
        List<Integer> kept = some(needed).asList();
        List<RelNode> inputs = new ArrayList<>();
        for (RelNode branch : union.getInputs()) {
            Trimmed trimmed = trim(branch, ImmutableBitSet.of(kept));
            inputs.add(Trees.columns(
                    trimmed.rel(), kept.stream().map(trimmed::position).toList()));
        }
        return new Trimmed(LogicalUnion.create(inputs, true), kept);
    }
}
