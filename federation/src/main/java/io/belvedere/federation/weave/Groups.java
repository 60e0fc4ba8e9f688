package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.model.ViewId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Allow;
import io.belvedere.policy.ViewAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link GroupBarrier} over the groups of each view that policy shows in groups only, and refuses every query in which its rows
 * go anywhere else: a list of what is known to be safe, once in a query. Rows may be filtered and columns computed of one row alone;
 * then they are counted, summed or averaged. Several grouping sets are computed from the smallest groups that may be seen, so a total
 * is the sum of what is shown and says nothing of what is not.
 */
final class Groups {
    private final Allow decision;
    private int blocks;

    private Groups(Allow decision) {
        this.decision = decision;
    }

    /** Throws {@code UNSUPPORTED} for a query that could show less than a group. */
    static RelNode guarded(RelNode tree, Allow decision) {
        boolean none = decision.views().values().stream()
                .noneMatch(access -> access instanceof ViewAccess.Rows rows && rows.groupSizeMin() > 0);
        return none ? tree : new Groups(decision).guarded(tree);
    }

    private int sizeMin(ViewId view) {
        return decision.requireRows(view).groupSizeMin();
    }

    private RelNode guarded(RelNode rel) {
        if (rel instanceof LogicalAggregate aggregate) {
            Optional<SecureFilter> barrier = protectedView(aggregate.getInput());
            if (barrier.isPresent()) {
                return groups(aggregate, barrier.get());
            }
        }
        if (rel instanceof LogicalProject masks
                && masks.getInput() instanceof SecureFilter barrier
                && sizeMin(barrier.view()) > 0) {
            throw refused(
                    barrier.view(),
                    "its rows may be filtered, but not joined, sorted, cut off, united, numbered or shown before they are grouped");
        }
        List<RelNode> inputs = rel.getInputs().stream().map(this::guarded).toList();
        RelNode below = inputs.equals(rel.getInputs()) ? rel : rel.copy(rel.getTraitSet(), inputs);
        return below.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery inner = (RexSubQuery) super.visitSubQuery(query);
                return inner.clone(guarded(inner.rel));
            }
        });
    }

    /** The protected view whose rows the tree filters and computes columns of, one by one. */
    private Optional<SecureFilter> protectedView(RelNode rel) {
        return switch (rel) {
            case LogicalProject masks
            when masks.getInput() instanceof SecureFilter barrier ->
                Optional.of(barrier).filter(each -> sizeMin(each.view()) > 0);
            case LogicalProject project
            when project.getProjects().stream().allMatch(Groups::isOfOneRow) -> protectedView(project.getInput());
            case LogicalFilter filter when isOfOneRow(filter.getCondition()) -> protectedView(filter.getInput());
            // Whatever else there is may put rows together.
            default -> Optional.empty();
        };
    }

    private static boolean isOfOneRow(RexNode node) {
        try {
            node.accept(new RexVisitorImpl<@Nullable Void>(true) {
                @Override
                public @Nullable Void visitOver(RexOver over) {
                    throw Util.FoundOne.NULL;
                }

                @Override
                public @Nullable Void visitSubQuery(RexSubQuery query) {
                    throw Util.FoundOne.NULL;
                }

                @Override
                public @Nullable Void visitCorrelVariable(RexCorrelVariable variable) {
                    throw Util.FoundOne.NULL;
                }
            });
            return true;
        } catch (Util.FoundOne found) {
            return false;
        }
    }

    private RelNode groups(LogicalAggregate aggregate, SecureFilter barrier) {
        blocks++;
        if (blocks > 1) {
            throw refused(
                    barrier.view(),
                    "a query may group its rows once, as two results could be set off against each other");
        }
        require(aggregate, barrier.view());
        RelNode rows = overGuardedBody(aggregate.getInput());
        boolean severalSets = aggregate.getGroupType() != Aggregate.Group.SIMPLE;
        List<AggregateCall> calls = new ArrayList<>(severalSets ? parts(aggregate, rows) : aggregate.getAggCallList());
        int keys = aggregate.getGroupCount();
        int count = keys + calls.size();
        calls.add(count(rows, List.of()));
        List<Integer> values = new ArrayList<>();
        aggregatedColumns(aggregate, rows).forEach(column -> {
            values.add(keys + calls.size());
            calls.add(count(rows, List.of(column)));
        });
        RelNode smallest = LogicalAggregate.create(rows, List.of(), aggregate.getGroupSet(), null, calls);
        GroupBarrier shown = new GroupBarrier(
                smallest, barrier.view(), decision.fingerprint(), sizeMin(barrier.view()), count, values);
        return severalSets ? totals(aggregate, shown) : columns(aggregate, shown);
    }

    /** What each of the smallest groups is counted and summed by. */
    private static List<AggregateCall> parts(LogicalAggregate aggregate, RelNode rows) {
        return aggregate.getAggCallList().stream()
                .filter(call -> !isGrouping(call))
                .map(call -> call(call.getAggregation(), call.getArgList(), false, rows, call.getName()))
                .toList();
    }

    private RelNode overGuardedBody(RelNode rel) {
        RelNode input = rel.getInput(0);
        return rel instanceof SecureFilter
                ? rel.copy(rel.getTraitSet(), List.of(guarded(input)))
                : rel.copy(rel.getTraitSet(), List.of(overGuardedBody(input)));
    }

    private static void require(LogicalAggregate aggregate, ViewId view) {
        boolean severalSets = aggregate.getGroupType() != Aggregate.Group.SIMPLE;
        if (aggregate.getAggCallList().stream().allMatch(Groups::isGrouping)) {
            throw refused(view, "a group is shown with a count, a sum or an average");
        }
        for (AggregateCall call : aggregate.getAggCallList()) {
            boolean known = switch (call.getAggregation().getKind()) {
                case COUNT ->
                    !call.isDistinct() || (!severalSets && call.getArgList().size() == 1);
                case SUM -> !call.isDistinct();
                case AVG -> !call.isDistinct() && !severalSets;
                case GROUPING -> true;
                // An extreme or a list is some row's value.
                default -> false;
            };
            boolean plain = call.filterArg < 0
                    && call.getCollation().getFieldCollations().isEmpty()
                    && call.getArgList().stream()
                            .allMatch(column -> isGrouping(call) || isBare(aggregate.getInput(), column));
            if (!known || !plain) {
                throw refused(
                        view,
                        "it gives COUNT, SUM and AVG of columns as they stand, without FILTER; with several grouping sets COUNT and SUM"
                                + " without DISTINCT");
            }
        }
    }

    private static boolean isGrouping(AggregateCall call) {
        return call.getAggregation().getKind() == SqlKind.GROUPING;
    }

    /** Whether the column is the view's own: a computed one could be some rows' value and nothing for the others. */
    private static boolean isBare(RelNode rel, int column) {
        return switch (rel) {
            case LogicalProject masks when masks.getInput() instanceof SecureFilter -> true;
            case LogicalProject project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        && isBare(project.getInput(), ref.getIndex());
            case LogicalFilter filter -> isBare(filter.getInput(), column);
            default -> false;
        };
    }

    /** Columns that are aggregated and may be NULL, once each. */
    private static List<Integer> aggregatedColumns(LogicalAggregate aggregate, RelNode rows) {
        return aggregate.getAggCallList().stream()
                .filter(call -> !isGrouping(call))
                .flatMap(call -> call.getArgList().stream())
                .filter(column ->
                        rows.getRowType().getFieldList().get(column).getType().isNullable())
                .distinct()
                .toList();
    }

    private static AggregateCall count(RelNode rows, List<Integer> columns) {
        String name = "n_" + (columns.isEmpty() ? "" : columns.getFirst());
        return call(SqlStdOperatorTable.COUNT, columns, false, rows, name);
    }

    /** Of the type that the function has there. */
    private static AggregateCall call(
            SqlAggFunction function, List<Integer> columns, boolean mayBeEmpty, RelNode input, String name) {
        return AggregateCall.create(
                function,
                false,
                false,
                false,
                List.of(),
                columns,
                -1,
                null,
                RelCollations.EMPTY,
                mayBeEmpty,
                input,
                null,
                name);
    }

    private static RelNode columns(LogicalAggregate aggregate, GroupBarrier shown) {
        List<RexNode> columns = new ArrayList<>();
        for (int i = 0; i < aggregate.getRowType().getFieldCount(); i++) {
            columns.add(RexInputRef.of(i, shown.getRowType()));
        }
        return LogicalProject.create(
                shown, List.of(), columns, aggregate.getRowType().getFieldNames(), Set.of());
    }

    /** Every grouping set from the groups that are shown. */
    private static RelNode totals(LogicalAggregate aggregate, GroupBarrier shown) {
        Map<Integer, Integer> keys = new LinkedHashMap<>();
        aggregate.getGroupSet().forEachInt(key -> keys.put(key, keys.size()));
        List<ImmutableBitSet> sets = aggregate.getGroupSets().stream()
                .map(set ->
                        ImmutableBitSet.of(set.asList().stream().map(keys::get).toList()))
                .sorted(ImmutableBitSet.COMPARATOR)
                .toList();
        boolean mayBeEmpty = sets.stream().anyMatch(ImmutableBitSet::isEmpty);
        List<AggregateCall> calls = new ArrayList<>();
        int part = keys.size();
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (isGrouping(call)) {
                List<Integer> moved = call.getArgList().stream().map(keys::get).toList();
                calls.add(call(call.getAggregation(), moved, mayBeEmpty, shown, call.getName()));
            } else {
                SqlAggFunction sum = call.getAggregation().getKind() == SqlKind.COUNT
                        ? SqlStdOperatorTable.SUM0
                        : SqlStdOperatorTable.SUM;
                calls.add(call(sum, List.of(part), mayBeEmpty, shown, call.getName()));
                part++;
            }
        }
        RelNode totals = LogicalAggregate.create(shown, List.of(), ImmutableBitSet.range(keys.size()), sets, calls);
        return RelOptUtil.createCastRel(totals, aggregate.getRowType(), true);
    }

    private static BelvedereException refused(ViewId view, String why) {
        return UNSUPPORTED.error("View '" + view.name() + "' is shown in groups of rows only: " + why + ".");
    }
}
