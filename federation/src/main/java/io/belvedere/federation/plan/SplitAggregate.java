package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.Strong;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * One way to compute an aggregate over a join: one side is aggregated by its columns that the join, the grouping and the other
 * calls need, then joined, and the parts are put together. Where each group is one joined row, there is nothing to put together.
 */
final class SplitAggregate {
    /** The side that is aggregated first. */
    enum Side {
        RIGHT,
        LEFT
    }

    private final Aggregate aggregate;
    /** The columns of the aggregate's input, over those of the join. */
    private final List<RexNode> columns;

    private final Join join;
    private final Side side;
    private final int offset;
    private final int width;
    /** Columns of the aggregated side that stay columns: by these it is grouped, first in the partial result. */
    private final TreeSet<Integer> keys = new TreeSet<>();
    /** For each call, how its parts are put together; empty for a call that is left to the end, which counts no row twice. */
    private final List<Optional<SqlAggFunction>> merges = new ArrayList<>();

    private boolean fits = true;

    private SplitAggregate(Aggregate aggregate, List<RexNode> columns, Join join, Side side) {
        this.aggregate = aggregate;
        this.columns = columns;
        this.join = join;
        this.side = side;
        this.offset = side == Side.LEFT ? 0 : join.getLeft().getRowType().getFieldCount();
        this.width = aggregated().getRowType().getFieldCount();
    }

    /** Empty when the side cannot be aggregated first without changing the answer. */
    static Optional<SplitAggregate> of(Aggregate aggregate, List<RexNode> columns, Join join, Side side) {
        SplitAggregate split = new SplitAggregate(aggregate, columns, join, side);
        split.read();
        return split.fits ? Optional.of(split) : Optional.empty();
    }

    RelNode aggregated() {
        return side == Side.LEFT ? join.getLeft() : join.getRight();
    }

    RelNode other() {
        return side == Side.LEFT ? join.getRight() : join.getLeft();
    }

    private void read() {
        fits = switch (join.getJoinType()) {
            case INNER -> true;
            case LEFT -> true;
            case SEMI, ANTI -> side == Side.LEFT;
            case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
        keep(join.getCondition());
        fits &= !keys.isEmpty();
        for (int group : aggregate.getGroupSet()) {
            keep(columns.get(group));
        }
        boolean split = false;
        for (AggregateCall call : aggregate.getAggCallList()) {
            Optional<SqlAggFunction> merge = PartialAggregate.merge(call).filter(_ -> isOurs(call));
            merges.add(merge);
            split |= merge.isPresent();
            if (merge.isEmpty()) {
                fits &= countsNoRowTwice(call);
                call.getArgList().forEach(argument -> keep(columns.get(argument)));
            }
        }
        fits &= split;
    }

    /** What an expression over the join reads from our side stays a column. */
    private void keep(RexNode expression) {
        for (int joined : RelOptUtil.InputFinder.bits(expression)) {
            if (isOurs(joined)) {
                keys.add(joined - offset);
            }
        }
    }

    private boolean isOurs(int joined) {
        return joined >= offset && joined < offset + width;
    }

    /** Whether a call can be made of our side alone, and means the same there. */
    private boolean isOurs(AggregateCall call) {
        return call.getArgList().stream().map(columns::get).allMatch(value -> {
            ImmutableBitSet used = RelOptUtil.InputFinder.bits(value);
            // The missing side of an outer join gives NULL to a call only if nothing turns it into a value.
            return used.asList().stream().allMatch(this::isOurs)
                    && (!mayBeMissing() || (!used.isEmpty() && Strong.isNull(value, used)));
        });
    }

    private boolean mayBeMissing() {
        return join.getJoinType() == JoinRelType.LEFT && side == Side.RIGHT;
    }

    private static boolean countsNoRowTwice(AggregateCall call) {
        SqlKind kind = call.getAggregation().getKind();
        return !call.hasFilter()
                && (kind == SqlKind.MIN || kind == SqlKind.MAX || (kind == SqlKind.COUNT && call.isDistinct()));
    }

    /** Our side, aggregated: keys first, then the parts of the calls that are split. */
    Aggregate partial() {
        List<RelDataTypeField> fields = aggregated().getRowType().getFieldList();
        List<RexNode> input = new ArrayList<>();
        keys.forEach(key -> input.add(RexInputRef.of(key, fields)));
        List<PartialAggregate.Call> calls = new ArrayList<>();
        for (int i = 0; i < merges.size(); i++) {
            AggregateCall call = aggregate.getAggCallList().get(i);
            if (merges.get(i).isPresent()) {
                List<Integer> positions = new ArrayList<>();
                for (int argument : call.getArgList()) {
                    positions.add(input.size());
                    input.add(RexUtil.shift(columns.get(argument), -offset));
                }
                calls.add(new PartialAggregate.Call(call.getAggregation(), positions));
            }
        }
        RelNode projected = LogicalProject.create(aggregated(), List.of(), input, names("p", input.size()), Set.of());
        return (Aggregate) PartialAggregate.aggregate(projected, ImmutableBitSet.range(keys.size()), calls);
    }

    private static List<String> names(String letter, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(letter + i);
        }
        return names;
    }

    /** The whole aggregate over the partial one, or over another tree that gives the same rows. */
    RelNode over(RelNode partial) {
        RelNode left = side == Side.LEFT ? partial : join.getLeft();
        RelNode right = side == Side.LEFT ? join.getRight() : partial;
        Moved moved = new Moved();
        Join joined = join.copy(
                join.getTraitSet(),
                join.getCondition().accept(moved),
                left,
                right,
                join.getJoinType(),
                join.isSemiJoinDone());
        List<RexNode> input = new ArrayList<>();
        aggregate.getGroupSet().forEach(group -> input.add(columns.get(group).accept(moved)));
        int groups = input.size();
        List<PartialAggregate.Call> calls = new ArrayList<>();
        int part = (side == Side.LEFT ? 0 : offset) + keys.size();
        for (int i = 0; i < merges.size(); i++) {
            AggregateCall call = aggregate.getAggCallList().get(i);
            List<Integer> arguments = new ArrayList<>();
            if (merges.get(i).isPresent()) {
                arguments.add(input.size());
                input.add(part(joined, part++, call));
            } else {
                for (int argument : call.getArgList()) {
                    arguments.add(input.size());
                    input.add(columns.get(argument).accept(moved));
                }
            }
            calls.add(new PartialAggregate.Call(
                    merges.get(i).orElse(call.getAggregation()), arguments, call.isDistinct()));
        }
        RelNode projected = LogicalProject.create(joined, List.of(), input, names("g", input.size()), Set.of());
        RelNode whole = isOneRowAGroup(projected, groups)
                ? single(projected, groups, calls)
                : PartialAggregate.aggregate(projected, ImmutableBitSet.range(groups), calls);
        return PartialAggregate.cast(whole, aggregate.getRowType());
    }

    /** A part of a call as a column of the join. A row without a partner counts as one row. */
    private RexNode part(Join joined, int position, AggregateCall call) {
        RexNode part = RexInputRef.of(position, joined.getRowType());
        RexBuilder builder = join.getCluster().getRexBuilder();
        return mayBeMissing()
                        && call.getAggregation().getKind() == SqlKind.COUNT
                        && call.getArgList().isEmpty()
                ? builder.makeCall(
                        SqlStdOperatorTable.COALESCE,
                        part,
                        builder.makeExactLiteral(java.math.BigDecimal.ONE, call.getType()))
                : part;
    }

    private boolean isOneRowAGroup(RelNode projected, int groups) {
        boolean required = projected.getRowType().getFieldList().subList(0, groups).stream()
                .noneMatch(field -> field.getType().isNullable());
        boolean merged = merges.stream().allMatch(Optional::isPresent);
        return groups > 0 && required && merged && UniqueColumns.isUnique(projected, ImmutableBitSet.range(groups));
    }

    /** Each part is already the whole; a sum of nothing is the zero that a count wants. */
    private static RelNode single(RelNode projected, int groups, List<PartialAggregate.Call> calls) {
        RexBuilder builder = projected.getCluster().getRexBuilder();
        List<RexNode> output = new ArrayList<>();
        for (int i = 0; i < projected.getRowType().getFieldCount(); i++) {
            RexNode column = RexInputRef.of(i, projected.getRowType());
            boolean zero = i >= groups
                    && calls.get(i - groups).function().equals(SqlStdOperatorTable.SUM0)
                    && column.getType().isNullable();
            output.add(
                    zero
                            ? builder.makeCall(
                                    SqlStdOperatorTable.COALESCE, column, builder.makeZeroLiteral(column.getType()))
                            : column);
        }
        return LogicalProject.create(
                projected, List.of(), output, projected.getRowType().getFieldNames(), Set.of());
    }

    /** Where a column of the join stands after the side was replaced by its partial aggregate. */
    private int position(int joined) {
        if (isOurs(joined)) {
            return offset + keys.headSet(joined - offset).size();
        }
        int parts = Math.toIntExact(merges.stream().filter(Optional::isPresent).count());
        return side == Side.LEFT ? joined - width + keys.size() + parts : joined;
    }

    /** Moves references to the join's columns to where they stand now. */
    private final class Moved extends RexShuttle {
        @Override
        public RexNode visitInputRef(RexInputRef ref) {
            int to = position(ref.getIndex());
            // The type as the join gives it out: the missing side of an outer join may be NULL.
            return new RexInputRef(to, ref.getType());
        }
    }
}
