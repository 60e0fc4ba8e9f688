package io.belvedere.federation.plan;

import io.belvedere.federation.RowTest;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.mapping.Mappings;

/**
 * What every row of a fetch meets that the plan has a use for: conditions that the engine tests later, policy's above all, taken down to the
 * fetch as far as the rows that are left out by them would be left out in any case. A row that does not meet them says nothing by a value
 * that does not fit its type.
 */
final class UsedRows {
    private final Map<String, RelNode> trees;
    private final Set<String> fetches = new HashSet<>();
    private final Map<String, Set<RowTest>> met = new HashMap<>();

    private UsedRows(List<Step> steps, Map<String, RelNode> trees) {
        this.trees = trees;
        for (Step step : steps) {
            if (step instanceof Step.Fetch) {
                fetches.add(step.name());
            }
        }
    }

    /**
     * @param trees behind the steps
     * @param values the names of the steps that give the values of sub-queries
     */
    static List<Step> tested(List<Step> steps, Map<String, RelNode> trees, Set<String> values) {
        UsedRows used = new UsedRows(steps, trees);
        used.trace(Trees.require(trees, steps.getLast().name()), List.of());
        for (String value : values) {
            used.step(value, List.of());
        }
        return steps.stream()
                .map(step -> step instanceof Step.Fetch fetch ? used.tested(fetch) : step)
                .toList();
    }

    private Step tested(Step.Fetch fetch) {
        Set<RowTest> tests = met.getOrDefault(fetch.name(), Set.of());
        // Whoever asks for the first rows counts how many came.
        boolean counted = cuts(Trees.require(trees, fetch.name()));
        return tests.isEmpty() || counted || fetch.cache().isPresent() ? fetch : fetch.testing(List.copyOf(tests));
    }

    private static boolean cuts(RelNode rel) {
        return (rel instanceof Sort sort && isCut(sort))
                || rel.getInputs().stream().anyMatch(UsedRows::cuts);
    }

    private static boolean isCut(Sort sort) {
        return sort.fetch != null || sort.offset != null;
    }

    /** One use of a step's rows, which all meet the conditions. */
    private void step(String name, List<RexNode> conditions) {
        RelNode tree = Trees.require(trees, name);
        if (fetches.contains(name)) {
            Set<RowTest> tests = new HashSet<>();
            conditions.forEach(condition -> RowTestTerms.of(condition).ifPresent(tests::add));
            met.merge(name, tests, UsedRows::common);
            trace(tree, List.of());
        } else {
            trace(tree, conditions);
        }
    }

    private static Set<RowTest> common(Set<RowTest> one, Set<RowTest> other) {
        Set<RowTest> both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }

    /** @param conditions that the rows of this node meet which are used, of its columns */
    private void trace(RelNode rel, List<RexNode> conditions) {
        switch (rel) {
            case StepRef step -> step(step.step(), conditions);
            case SecureFilter barrier -> trace(barrier.getInput(), and(conditions, barrier.condition(), rel));
            case Filter filter -> trace(filter.getInput(), and(conditions, filter.getCondition(), rel));
            case Project project ->
                trace(project.getInput(), project.containsOver() ? List.of() : through(conditions, project));
            case Join join -> traceJoin(join, conditions);
            case Aggregate aggregate -> trace(aggregate.getInput(), ofGroups(conditions, aggregate));
            case Sort sort -> trace(sort.getInput(), isCut(sort) ? List.of() : conditions);
            case SetOp set when set.kind == SqlKind.UNION -> set.getInputs().forEach(input -> trace(input, conditions));
            default -> rel.getInputs().forEach(input -> trace(input, List.of()));
        }
    }

    private void traceJoin(Join join, List<RexNode> conditions) {
        int width = join.getLeft().getRowType().getFieldCount();
        int all = width + join.getRight().getRowType().getFieldCount();
        List<RexNode> own = and(List.of(), join.getCondition(), join);
        List<RexNode> left = new ArrayList<>();
        List<RexNode> right = new ArrayList<>();
        switch (join.getJoinType()) {
            case INNER -> {
                List<RexNode> whole = new ArrayList<>(conditions);
                whole.addAll(own);
                whole.addAll(ofEqualColumns(whole, join));
                left.addAll(within(whole, 0, width));
                right.addAll(within(whole, width, all));
            }
            // A row of the right side is used where a row of the left side that is used finds it.
            case LEFT, SEMI, ANTI -> {
                left.addAll(within(conditions, 0, width));
                if (join.getJoinType() == JoinRelType.SEMI) {
                    left.addAll(within(own, 0, width));
                }
                List<RexNode> found = new ArrayList<>(left);
                found.addAll(own);
                found.addAll(ofEqualColumns(found, join));
                right.addAll(within(found, width, all));
            }
            case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> {}
        }
        trace(join.getLeft(), left);
        trace(
                join.getRight(),
                right.stream().map(each -> RexUtil.shift(each, -width)).toList());
    }

    /** The conditions on columns that the join finds equal to others, of these others. */
    private static List<RexNode> ofEqualColumns(List<RexNode> conditions, Join join) {
        List<RelDataTypeField> fields =
                new ArrayList<>(join.getLeft().getRowType().getFieldList());
        fields.addAll(join.getRight().getRowType().getFieldList());
        Map<Integer, Integer> equal = new HashMap<>();
        for (RexNode condition : Trees.conjuncts(join.getCondition())) {
            if (isEquality(condition)) {
                RexInputRef one =
                        (RexInputRef) ((RexCall) condition).getOperands().getFirst();
                RexInputRef other =
                        (RexInputRef) ((RexCall) condition).getOperands().getLast();
                if (one.getType().getSqlTypeName() == other.getType().getSqlTypeName()) {
                    equal.putIfAbsent(one.getIndex(), other.getIndex());
                    equal.putIfAbsent(other.getIndex(), one.getIndex());
                }
            }
        }
        List<RexNode> others = new ArrayList<>();
        for (RexNode condition : conditions) {
            if (equal.keySet()
                    .containsAll(RelOptUtil.InputFinder.bits(condition).asList())) {
                others.add(condition.accept(new RexShuttle() {
                    @Override
                    public RexNode visitInputRef(RexInputRef ref) {
                        int other = equal.getOrDefault(ref.getIndex(), ref.getIndex());
                        return new RexInputRef(other, fields.get(other).getType());
                    }
                }));
            }
        }
        return others;
    }

    private static boolean isEquality(RexNode condition) {
        return condition instanceof RexCall call
                && (call.getKind() == SqlKind.EQUALS || call.getKind() == SqlKind.IS_NOT_DISTINCT_FROM)
                && call.getOperands().stream().allMatch(RexInputRef.class::isInstance);
    }

    private static List<RexNode> within(List<RexNode> conditions, int from, int to) {
        return conditions.stream()
                .filter(each -> ImmutableBitSet.range(from, to).contains(RelOptUtil.InputFinder.bits(each)))
                .toList();
    }

    private static List<RexNode> ofGroups(List<RexNode> conditions, Aggregate aggregate) {
        if (aggregate.getGroupType() != Aggregate.Group.SIMPLE || aggregate.getGroupCount() == 0) {
            return List.of();
        }
        return within(conditions, 0, aggregate.getGroupCount()).stream()
                .map(each -> RexUtil.apply(
                        Mappings.target(
                                column -> aggregate.getGroupSet().nth(column),
                                aggregate.getGroupCount(),
                                aggregate.getInput().getRowType().getFieldCount()),
                        each))
                .toList();
    }

    /** Those on columns that a projection gives out as they are, of its input. */
    private static List<RexNode> through(List<RexNode> conditions, Project project) {
        List<RexNode> given = project.getProjects();
        return conditions.stream()
                .filter(each -> RelOptUtil.InputFinder.bits(each).asList().stream()
                        .allMatch(column -> given.get(column) instanceof RexInputRef))
                .map(each -> RelOptUtil.pushPastProject(each, project))
                .toList();
    }

    private static List<RexNode> and(List<RexNode> conditions, RexNode more, RelNode rel) {
        List<RexNode> all = new ArrayList<>(conditions);
        all.addAll(Trees.conjuncts(RexUtil.expandSearch(rel.getCluster().getRexBuilder(), null, more)));
        return all;
    }
}
