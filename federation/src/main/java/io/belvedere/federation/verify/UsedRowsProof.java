package io.belvedere.federation.verify;

import io.belvedere.federation.RowTest;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;

/**
 * Proves that a fetch may leave out rows which do not meet its tests: wherever its rows are read, a condition stands above that says the same of
 * the same column, and between the two nothing looks at more than one row at a time. Goes up from each place, where planning went down.
 */
final class UsedRowsProof {
    private final String last;
    private final Map<String, RelNode> trees;
    private final Set<String> values = new HashSet<>();

    UsedRowsProof(List<Step> steps, Map<String, RelNode> trees) {
        this.last = steps.getLast().name();
        this.trees = trees;
        trees.values().forEach(tree -> values.addAll(Walk.valuesIn(tree)));
    }

    /** One place where the fetch is read: where its columns are in the rows above, and the tests that nothing above has said yet. */
    private record Place(Map<Integer, Set<Integer>> columns, Set<RowTest> open) {
        Place at(Map<Integer, Set<Integer>> moved) {
            return new Place(moved, open);
        }

        Place lost() {
            return at(Map.of());
        }

        Place under(List<RexNode> conditions) {
            Set<RowTest> left = new HashSet<>(open);
            left.removeIf(test -> conditions.stream().anyMatch(each -> SameTest.says(each, test, columns)));
            return new Place(columns, left);
        }

        /** The columns that stand at these places of the rows above. */
        Place given(List<Integer> sources) {
            Map<Integer, Set<Integer>> moved = new HashMap<>();
            columns.forEach((column, places) -> {
                for (int i = 0; i < sources.size(); i++) {
                    if (places.contains(sources.get(i))) {
                        moved.computeIfAbsent(column, _ -> new HashSet<>()).add(i);
                    }
                }
            });
            return at(moved);
        }

        Place shifted(int by) {
            Map<Integer, Set<Integer>> moved = new HashMap<>();
            columns.forEach((column, places) -> {
                Set<Integer> there = new HashSet<>();
                places.forEach(place -> there.add(place + by));
                moved.put(column, there);
            });
            return at(moved);
        }

        /** With the columns that the join finds equal to these. */
        Place withEqual(List<int[]> equal) {
            Map<Integer, Set<Integer>> more = new HashMap<>();
            columns.forEach((column, places) -> {
                Set<Integer> all = new HashSet<>(places);
                for (int[] pair : equal) {
                    if (places.contains(pair[0])) {
                        all.add(pair[1]);
                    }
                    if (places.contains(pair[1])) {
                        all.add(pair[0]);
                    }
                }
                more.put(column, all);
            });
            return at(more);
        }

        /** Only with what stands in the first columns. */
        Place before(int width) {
            Map<Integer, Set<Integer>> left = new HashMap<>();
            columns.forEach((column, places) -> {
                Set<Integer> within = new HashSet<>(places);
                within.removeIf(place -> place >= width);
                left.put(column, within);
            });
            return at(left);
        }
    }

    /** Refuses a fetch with tests of rows that something might still have a use for. */
    void require(Step.Fetch fetch) {
        if (fetch.tests().isEmpty()) {
            return;
        }
        boolean counted = cuts(Walk.require(trees, fetch.name()));
        if (counted || fetch.cache().isPresent() || fetch.name().equals(last) || values.contains(fetch.name())) {
            throw Unproven.because("rows would be left out that are read whole");
        }
        List<Place> found = new ArrayList<>(places(Walk.require(trees, last), fetch));
        values.forEach(value -> found.addAll(places(Walk.require(trees, value), fetch)));
        if (!found.stream().allMatch(place -> place.open().isEmpty())) {
            throw Unproven.because("rows would be left out that something may have a use for");
        }
    }

    private static boolean cuts(RelNode rel) {
        return (rel instanceof Sort sort && (sort.fetch != null || sort.offset != null))
                || rel.getInputs().stream().anyMatch(UsedRowsProof::cuts);
    }

    private List<Place> places(RelNode rel, Step.Fetch fetch) {
        if (rel instanceof StepRef step) {
            return step.step().equals(fetch.name())
                    ? List.of(whole(fetch))
                    : places(Walk.require(trees, step.step()), fetch);
        }
        if (rel instanceof Join join) {
            return ofJoin(join, fetch);
        }
        List<Place> below = new ArrayList<>();
        rel.getInputs().forEach(input -> below.addAll(places(input, fetch)));
        return below.stream().map(place -> above(rel, place)).toList();
    }

    private static Place whole(Step.Fetch fetch) {
        Map<Integer, Set<Integer>> columns = new HashMap<>();
        for (int i = 0; i < fetch.columns().size(); i++) {
            columns.put(i, Set.of(i));
        }
        return new Place(columns, Set.copyOf(fetch.tests()));
    }

    private static Place above(RelNode rel, Place place) {
        return switch (rel) {
            case SecureFilter barrier -> place.under(conditions(barrier.condition(), rel));
            case Filter filter -> place.under(conditions(filter.getCondition(), rel));
            case Project project
            when !project.containsOver() ->
                place.given(project.getProjects().stream()
                        .map(each -> each instanceof RexInputRef ref ? ref.getIndex() : -1)
                        .toList());
            case Aggregate aggregate
            when aggregate.getGroupType() == Aggregate.Group.SIMPLE ->
                place.given(aggregate.getGroupSet().asList());
            case Sort sort when sort.fetch == null && sort.offset == null -> place;
            case SetOp set when set.kind == SqlKind.UNION -> place;
            default -> place.lost();
        };
    }

    private List<Place> ofJoin(Join join, Step.Fetch fetch) {
        int width = join.getLeft().getRowType().getFieldCount();
        JoinRelType type = join.getJoinType();
        List<RexNode> own = conditions(join.getCondition(), join);
        List<int[]> equal = equalities(own);
        List<Place> found = new ArrayList<>();
        for (Place place : places(join.getLeft(), fetch)) {
            found.add(
                    switch (type) {
                        case INNER -> place.withEqual(equal).under(own);
                        case SEMI -> place.under(own);
                        case LEFT, ANTI -> place;
                        case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> place.lost();
                    });
        }
        for (Place place : places(join.getRight(), fetch)) {
            Place shifted = place.shifted(width);
            found.add(
                    switch (type) {
                        case INNER -> shifted.withEqual(equal).under(own);
                        // Where it finds no partner, nothing of the row is left to be looked at.
                        case LEFT, SEMI, ANTI ->
                            shifted.withEqual(equal).under(own).before(width);
                        case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> shifted.lost();
                    });
        }
        return found;
    }

    private static List<int[]> equalities(List<RexNode> conditions) {
        List<int[]> pairs = new ArrayList<>();
        for (RexNode condition : conditions) {
            if (condition instanceof RexCall call
                    && Set.of(SqlKind.EQUALS, SqlKind.IS_NOT_DISTINCT_FROM).contains(call.getKind())
                    && call.getOperands().getFirst() instanceof RexInputRef one
                    && call.getOperands().getLast() instanceof RexInputRef other
                    && one.getType().getSqlTypeName() == other.getType().getSqlTypeName()) {
                pairs.add(new int[] {one.getIndex(), other.getIndex()});
            }
        }
        return pairs;
    }

    private static List<RexNode> conditions(RexNode condition, RelNode rel) {
        return TreeTerms.conjuncts(RexUtil.expandSearch(rel.getCluster().getRexBuilder(), null, condition));
    }
}
