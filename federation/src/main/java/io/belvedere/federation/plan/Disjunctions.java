package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Takes out of an OR what holds whichever of its sides does: a condition that all sides share ({@code (a AND x) OR (a AND y)} is
 * {@code a AND (x OR y)}), so that a join finds its keys, and, for each input of a join, the weaker condition on that input alone
 * ({@code (l = 1 AND r = 2) OR (l = 3 AND r = 4)} lets through only {@code l = 1 OR l = 3}), so that a source filters before the join.
 */
final class Disjunctions {
    private Disjunctions() {}

    /** The tree with shared conditions beside the ORs of its filters and joins. */
    static RelNode factored(RelNode rel) {
        RelNode mapped = Trees.mapInputs(rel, Disjunctions::factored);
        return switch (mapped) {
            case Filter filter ->
                filter.copy(filter.getTraitSet(), filter.getInput(), factored(filter, filter.getCondition()));
            case Join join ->
                join.copy(
                        join.getTraitSet(),
                        factored(join, join.getCondition()),
                        join.getLeft(),
                        join.getRight(),
                        join.getJoinType(),
                        join.isSemiJoinDone());
            default -> mapped;
        };
    }

    private static RexNode factored(RelNode rel, RexNode condition) {
        RexBuilder rex = rel.getCluster().getRexBuilder();
        List<RexNode> conjuncts = new ArrayList<>();
        for (RexNode conjunct : Trees.conjuncts(condition)) {
            conjuncts.addAll(Trees.conjuncts(RexUtil.pullFactors(rex, conjunct)));
        }
        return RexUtil.composeConjunction(rex, conjuncts);
    }

    /** The tree with filters on the inputs of joins that the ORs of the joins imply. */
    static RelNode implied(RelNode rel) {
        RelNode mapped = Trees.mapInputs(rel, Disjunctions::implied);
        if (!(mapped instanceof Join join)) {
            return mapped;
        }
        int left = join.getLeft().getRowType().getFieldCount();
        int width = left + join.getRight().getRowType().getFieldCount();
        List<RexNode> onLeft = new ArrayList<>();
        List<RexNode> onRight = new ArrayList<>();
        for (RexNode conjunct : Trees.conjuncts(join.getCondition())) {
            if (dropsUnmatchedLeft(join)) {
                implied(join, conjunct, ImmutableBitSet.range(left)).ifPresent(onLeft::add);
            }
            if (dropsUnmatchedRight(join)) {
                implied(join, conjunct, ImmutableBitSet.range(left, width))
                        .map(each -> RexUtil.shift(each, -left))
                        .ifPresent(onRight::add);
            }
        }
        return join.copy(
                join.getTraitSet(),
                List.of(Trees.filter(join.getLeft(), onLeft), Trees.filter(join.getRight(), onRight)));
    }

    private static boolean dropsUnmatchedLeft(Join join) {
        return switch (join.getJoinType()) {
            case INNER, RIGHT, SEMI -> true;
            case LEFT, FULL, ANTI, ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
    }

    private static boolean dropsUnmatchedRight(Join join) {
        return switch (join.getJoinType()) {
            case INNER, LEFT, SEMI, ANTI -> true;
            case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
    }

    /** What the condition says of the columns alone; nothing unless each side of the OR says something. */
    private static Optional<RexNode> implied(Join join, RexNode condition, ImmutableBitSet columns) {
        return columns.contains(RelOptUtil.InputFinder.bits(condition))
                ? Optional.empty()
                : weaker(join.getCluster().getRexBuilder(), condition, part -> isOn(part, columns));
    }

    /**
     * A condition that holds wherever an OR does, of parts of its sides.
     *
     * @param fits which parts; empty when a side has none, and for what is no OR
     */
    static Optional<RexNode> weaker(RexBuilder rex, RexNode condition, Predicate<RexNode> fits) {
        List<RexNode> sides = RelOptUtil.disjunctions(condition);
        if (sides.size() < 2) {
            return Optional.empty();
        }
        List<RexNode> weaker = new ArrayList<>();
        for (RexNode side : sides) {
            List<RexNode> here = Trees.conjuncts(side).stream().filter(fits).toList();
            if (here.isEmpty()) {
                return Optional.empty();
            }
            weaker.add(RexUtil.composeConjunction(rex, here));
        }
        return Optional.of(RexUtil.composeDisjunction(rex, weaker));
    }

    /** Only what cannot fail: rows that the join would drop come by here too. */
    private static boolean isOn(RexNode conjunct, ImmutableBitSet columns) {
        ImmutableBitSet used = RelOptUtil.InputFinder.bits(conjunct);
        return !used.isEmpty() && columns.contains(used) && LeakProof.isTotal(conjunct);
    }
}
