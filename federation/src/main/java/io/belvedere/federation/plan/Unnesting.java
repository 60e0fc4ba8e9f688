package io.belvedere.federation.plan;

import io.belvedere.federation.FederationError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Any sub-query on the rows around it as a join, after Neumann and Kemper, "Unnesting Arbitrary Queries" (BTW 2015).
 *
 * <p>The distinct values of what the sub-query names of the rows around are a table of their own, the domain. The sub-query is computed once for each row of it:
 * every operator carries the domain's columns, behind its own. What is so computed is joined with the rows around by those columns. It reads the rows
 * around twice, so it is taken only where Calcite's decorrelator would give other rows or none: windows, outer joins and aggregates compared with a value.
 */
final class Unnesting {
    private final RexBuilder rex;
    private final CorrelationId around;
    /** Columns of the rows around that the sub-query names, in the order of the domain. */
    private final List<Integer> columns;

    private final RelNode domain;

    private Unnesting(Correlate correlate) {
        this.rex = correlate.getCluster().getRexBuilder();
        this.around = correlate.getCorrelationId();
        this.columns = correlate.getRequiredColumns().asList();
        RelNode values = values(correlate.getLeft(), columns);
        this.domain =
                LogicalAggregate.create(values, List.of(), ImmutableBitSet.range(columns.size()), null, List.of());
    }

    /**
     * The columns' values, each at least once. They are read where they come from: what an outer join has found for the rows, such as an earlier sub-query's
     * value, adds none and takes none away. With it, each sub-query of several would hold all earlier ones twice.
     */
    private static RelNode values(RelNode rel, List<Integer> columns) {
        if (rel instanceof Join join
                && join.getJoinType() == JoinRelType.LEFT
                && columns.stream().allMatch(column -> column < width(join.getLeft()))) {
            return values(join.getLeft(), columns);
        }
        if (rel instanceof Project project
                && columns.stream().allMatch(column -> project.getProjects().get(column) instanceof RexInputRef)) {
            return values(
                    project.getInput(),
                    columns.stream()
                            .map(column -> ((RexInputRef) project.getProjects().get(column)).getIndex())
                            .toList());
        }
        return project(
                rel,
                columns.stream()
                        .<RexNode>map(column -> RexInputRef.of(column, rel.getRowType()))
                        .toList());
    }

    /** The tree without correlations, with the same columns; inner ones first. */
    static RelNode of(RelNode rel) {
        RelNode inner = Trees.mapInputs(rel, Unnesting::of);
        return inner instanceof Correlate correlate ? new Unnesting(correlate).joined(correlate) : inner;
    }

    private RelNode joined(Correlate correlate) {
        RelNode left = correlate.getLeft();
        int width = left.getRowType().getFieldCount();
        if (columns.isEmpty()) {
            return join(left, correlate.getRight(), correlate.getCondition(), correlate.getJoinType());
        }
        RelNode right = carried(correlate.getRight());
        int own = correlate.getRight().getRowType().getFieldCount();
        List<RexNode> conditions = new ArrayList<>(List.of(correlate.getCondition()));
        for (int i = 0; i < columns.size(); i++) {
            conditions.add(same(RexInputRef.of(columns.get(i), left.getRowType()), shifted(right, own + i, width)));
        }
        RelNode join = join(left, right, and(conditions), correlate.getJoinType());
        return correlate.getJoinType().projectsRight() ? kept(join, width + own) : join;
    }

    /** The operator for every row of the domain: its own columns, then the domain's. */
    private RelNode carried(RelNode rel) {
        if (!Correlations.uses(rel, around)) {
            return join(rel, domain, rex.makeLiteral(true), JoinRelType.INNER);
        }
        return switch (rel) {
            case Filter filter -> {
                RelNode input = carried(filter.getInput());
                yield LogicalFilter.create(input, bound(filter.getCondition(), input));
            }
            case Project project -> project(project);
            case Join join -> join(join);
            case Aggregate aggregate -> aggregate(aggregate);
            case Sort sort -> sort(sort);
            case SetOp combined ->
                combined.copy(
                        combined.getTraitSet(),
                        combined.getInputs().stream()
                                .map(this::carried)
                                .map(input -> typed(input, combined))
                                .toList());
            default ->
                throw FederationError.UNSUPPORTED.error(
                        "A sub-query depends on the rows around it in a way that cannot be turned into a join; write it as a join.");
        };
    }

    /** The branches of UNION may have columns that are NULL at times or never; with the domain's, they must still be alike. */
    private RelNode typed(RelNode input, SetOp combined) {
        List<RexNode> values = new ArrayList<>();
        for (int i = 0; i < input.getRowType().getFieldCount(); i++) {
            RexNode ref = RexInputRef.of(i, input.getRowType());
            RelDataType type = i < width(combined)
                    ? combined.getRowType().getFieldList().get(i).getType()
                    : ref.getType();
            values.add(rex.ensureType(type, ref, true));
        }
        return project(input, values);
    }

    private RelNode project(Project project) {
        RelNode input = carried(project.getInput());
        List<RexNode> values = new ArrayList<>();
        for (RexNode value : project.getProjects()) {
            values.add(bound(value, input).accept(new PartitionedWindows(rex, domainOf(input))));
        }
        values.addAll(domainOf(input));
        return project(input, values);
    }

    private RelNode join(Join join) {
        JoinRelType type = join.getJoinType();
        boolean needsLeft = type == JoinRelType.FULL || Correlations.uses(join.getLeft(), around);
        boolean needsRight = type == JoinRelType.FULL
                || type == JoinRelType.RIGHT
                || Correlations.uses(join.getRight(), around)
                || (!needsLeft && type == JoinRelType.INNER);
        // The side whose rows stay without a partner must be there for every row of the domain.
        needsLeft |= type == JoinRelType.LEFT || !type.projectsRight();
        needsLeft |= !needsRight;
        RelNode left = needsLeft ? carried(join.getLeft()) : join.getLeft();
        RelNode right = needsRight ? carried(join.getRight()) : join.getRight();
        int ownLeft = width(join.getLeft());
        int ownRight = width(join.getRight());
        int width = width(left);
        List<RexNode> conditions = new ArrayList<>();
        conditions.add(moved(join.getCondition(), ownLeft, left, right, needsLeft ? ownLeft : width + ownRight));
        for (int i = 0; needsLeft && needsRight && i < columns.size(); i++) {
            conditions.add(same(RexInputRef.of(ownLeft + i, left.getRowType()), shifted(right, ownRight + i, width)));
        }
        RelNode joined = join(left, right, and(conditions), type);
        if (!type.projectsRight()) {
            return joined;
        }
        List<RexNode> values = new ArrayList<>();
        IntStream.range(0, ownLeft).forEach(i -> values.add(RexInputRef.of(i, joined.getRowType())));
        IntStream.range(0, ownRight).forEach(i -> values.add(RexInputRef.of(width + i, joined.getRowType())));
        for (int i = 0; i < columns.size(); i++) {
            values.add(domainColumn(joined, type, i, needsLeft ? ownLeft : -1, needsRight ? width + ownRight : -1));
        }
        return project(joined, values);
    }

    /** From the side whose row is there; where either may be missing, from the one that is. */
    private RexNode domainColumn(RelNode joined, JoinRelType type, int index, int left, int right) {
        boolean fromRight = left < 0 || type == JoinRelType.RIGHT;
        RexNode one = RexInputRef.of((fromRight ? right : left) + index, joined.getRowType());
        RexNode value = type == JoinRelType.FULL
                ? rex.makeCall(
                        SqlStdOperatorTable.CASE,
                        rex.makeCall(SqlStdOperatorTable.IS_NOT_NULL, one),
                        one,
                        RexInputRef.of(right + index, joined.getRowType()))
                : one;
        return rex.ensureType(domain.getRowType().getFieldList().get(index).getType(), value, true);
    }

    /** The condition of a join whose sides may have got further columns, with the domain's columns at {@code at}. */
    private RexNode moved(RexNode condition, int ownLeft, RelNode left, RelNode right, int at) {
        int further = width(left) - ownLeft;
        RexNode shifted = RexUtil.shift(condition, ownLeft, further);
        List<RexNode> refs = IntStream.range(0, columns.size())
                .<RexNode>mapToObj(i -> at < width(left)
                        ? RexInputRef.of(at + i, left.getRowType())
                        : shifted(right, at - width(left) + i, width(left)))
                .toList();
        return shifted.accept(new BoundVariables(around, columns, refs));
    }

    private RelNode aggregate(Aggregate aggregate) {
        if (aggregate.getGroupSets().contains(ImmutableBitSet.of())) {
            return aggregate.getGroupType() == Aggregate.Group.SIMPLE ? ofAll(aggregate) : withSetOfAll(aggregate);
        }
        return ofGroups(aggregate);
    }

    private RelNode ofGroups(Aggregate aggregate) {
        RelNode input = carried(aggregate.getInput());
        ImmutableBitSet extra = ImmutableBitSet.range(width(aggregate.getInput()), width(input));
        RelNode groups = LogicalAggregate.create(
                input,
                List.of(),
                aggregate.getGroupSet().union(extra),
                aggregate.getGroupSets().stream().map(set -> set.union(extra)).toList(),
                aggregate.getAggCallList().stream()
                        .map(call -> overGroups(call, input, aggregate.getGroupCount() + columns.size()))
                        .toList());
        List<RexNode> values = new ArrayList<>();
        int keys = aggregate.getGroupCount();
        IntStream.range(0, keys).forEach(i -> values.add(RexInputRef.of(i, groups.getRowType())));
        for (int i = keys; i < width(aggregate); i++) {
            RelDataType type = aggregate.getRowType().getFieldList().get(i).getType();
            values.add(rex.ensureType(type, RexInputRef.of(i + columns.size(), groups.getRowType()), true));
        }
        IntStream.range(keys, keys + columns.size()).forEach(i -> values.add(RexInputRef.of(i, groups.getRowType())));
        return project(groups, values);
    }

    /** One row for every row of the domain, also where there is nothing to aggregate. */
    private RelNode ofAll(Aggregate aggregate) {
        RelNode input = carried(aggregate.getInput());
        RelNode groups = LogicalAggregate.create(
                input,
                List.of(),
                ImmutableBitSet.range(width(aggregate.getInput()), width(input)),
                null,
                aggregate.getAggCallList().stream()
                        .map(call -> overGroups(call, input, columns.size()))
                        .toList());
        List<RexNode> conditions = IntStream.range(0, columns.size())
                .mapToObj(i -> same(RexInputRef.of(i, domain.getRowType()), shifted(groups, i, columns.size())))
                .toList();
        RelNode all = join(domain, groups, and(conditions), JoinRelType.LEFT);
        List<RexNode> values = new ArrayList<>();
        for (int i = 0; i < width(aggregate); i++) {
            RelDataType type = aggregate.getRowType().getFieldList().get(i).getType();
            RexNode value = RexInputRef.of(2 * columns.size() + i, all.getRowType());
            values.add(
                    rex.ensureType(type, overNothing(aggregate.getAggCallList().get(i), value), true));
        }
        IntStream.range(0, columns.size()).forEach(i -> values.add(RexInputRef.of(i, all.getRowType())));
        return project(all, values);
    }

    /** What an aggregate of no rows is. */
    private RexNode overNothing(AggregateCall call, RexNode value) {
        return switch (call.getAggregation().getKind()) {
            case COUNT, SUM0 -> or(value, rex.makeExactLiteral(BigDecimal.ZERO, call.getType()));
            case LITERAL_AGG -> or(value, call.rexList.getFirst());
            // Every other aggregate of no rows is NULL.
            default -> value;
        };
    }

    private RexNode or(RexNode value, RexNode otherwise) {
        return rex.makeCall(
                SqlStdOperatorTable.CASE, rex.makeCall(SqlStdOperatorTable.IS_NOT_NULL, value), value, otherwise);
    }

    /** Grouping sets with the set of all rows in them: the groups, and that row. */
    private RelNode withSetOfAll(Aggregate aggregate) {
        List<ImmutableBitSet> sets =
                aggregate.getGroupSets().stream().filter(set -> !set.isEmpty()).toList();
        // Without the row of all, no group is empty: what an aggregate gives there is never NULL for that.
        RelNode groups = ofGroups(LogicalAggregate.create(
                aggregate.getInput(),
                List.of(),
                aggregate.getGroupSet(),
                sets,
                aggregate.getAggCallList().stream()
                        .map(call -> overGroups(call, aggregate.getInput(), sets.size()))
                        .toList()));
        List<AggregateCall> calls = aggregate.getAggCallList().stream()
                .filter(call -> !isGrouping(call))
                .map(call -> overGroups(call, aggregate.getInput(), 0))
                .toList();
        RelNode one = ofAll((Aggregate)
                LogicalAggregate.create(aggregate.getInput(), List.of(), ImmutableBitSet.of(), null, calls));
        List<RexNode> values = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < width(groups); i++) {
            RelDataType type = groups.getRowType().getFieldList().get(i).getType();
            int call = i - aggregate.getGroupCount();
            if (call < 0) {
                values.add(rex.makeNullLiteral(type));
            } else if (call < aggregate.getAggCallList().size()
                    && isGrouping(aggregate.getAggCallList().get(call))) {
                int keys = aggregate.getAggCallList().get(call).getArgList().size();
                values.add(rex.makeExactLiteral(BigDecimal.valueOf((1L << keys) - 1), type));
            } else {
                values.add(rex.ensureType(type, RexInputRef.of(next++, one.getRowType()), true));
            }
        }
        return LogicalUnion.create(List.of(groups, project(one, values)), true);
    }

    private static boolean isGrouping(AggregateCall call) {
        return call.getAggregation().getKind() == SqlKind.GROUPING;
    }

    /** The call over as many keys; whether it may be NULL depends on whether there may be none. */
    private static AggregateCall overGroups(AggregateCall call, RelNode input, int keys) {
        return AggregateCall.create(
                call.getAggregation(),
                call.isDistinct(),
                call.isApproximate(),
                call.ignoreNulls(),
                call.rexList,
                call.getArgList(),
                call.filterArg,
                call.distinctKeys,
                call.getCollation(),
                keys == 0,
                input,
                null,
                call.getName());
    }

    /** The first rows of an order, for each row of the domain; an order alone means nothing here. */
    private RelNode sort(Sort sort) {
        RelNode input = carried(sort.getInput());
        if (sort.fetch == null && sort.offset == null) {
            return input;
        }
        int width = width(input);
        List<RexNode> values = new ArrayList<>();
        IntStream.range(0, width).forEach(i -> values.add(RexInputRef.of(i, input.getRowType())));
        values.add(PartitionedWindows.rowNumber(rex, input, domainOf(input), sort.getCollation()));
        RelNode numbered = project(input, values);
        RexNode number = RexInputRef.of(width, numbered.getRowType());
        List<RexNode> conditions = new ArrayList<>();
        RexNode skipped = sort.offset == null ? rex.makeBigintLiteral(BigDecimal.ZERO) : sort.offset;
        if (sort.offset != null) {
            conditions.add(rex.makeCall(SqlStdOperatorTable.GREATER_THAN, number, skipped));
        }
        if (sort.fetch != null) {
            RexNode last =
                    sort.offset == null ? sort.fetch : rex.makeCall(SqlStdOperatorTable.PLUS, skipped, sort.fetch);
            conditions.add(rex.makeCall(SqlStdOperatorTable.LESS_THAN_OR_EQUAL, number, last));
        }
        return kept(LogicalFilter.create(numbered, and(conditions)), width);
    }

    private RexNode bound(RexNode node, RelNode input) {
        return node.accept(new BoundVariables(around, columns, domainOf(input)));
    }

    private List<RexNode> domainOf(RelNode carried) {
        int width = width(carried);
        return IntStream.range(width - columns.size(), width)
                .<RexNode>mapToObj(i -> RexInputRef.of(i, carried.getRowType()))
                .toList();
    }

    private RexNode same(RexNode one, RexNode other) {
        boolean nullable = one.getType().isNullable() || other.getType().isNullable();
        return rex.makeCall(
                nullable ? SqlStdOperatorTable.IS_NOT_DISTINCT_FROM : SqlStdOperatorTable.EQUALS, one, other);
    }

    private static RexNode shifted(RelNode right, int column, int by) {
        return new RexInputRef(
                by + column, right.getRowType().getFieldList().get(column).getType());
    }

    private RexNode and(List<RexNode> conditions) {
        return RexUtil.composeConjunction(rex, conditions);
    }

    private static RelNode join(RelNode left, RelNode right, RexNode condition, JoinRelType type) {
        return LogicalJoin.create(left, right, List.of(), condition, Set.of(), type);
    }

    private static RelNode kept(RelNode rel, int width) {
        return Trees.columns(rel, IntStream.range(0, width).boxed().toList());
    }

    private static RelNode project(RelNode input, List<? extends RexNode> values) {
        List<String> names =
                IntStream.range(0, values.size()).mapToObj(i -> "u" + i).toList();
        return LogicalProject.create(input, List.of(), values, names, Set.of());
    }

    private static int width(RelNode rel) {
        return rel.getRowType().getFieldCount();
    }
}
