package io.belvedere.federation.plan;

import io.belvedere.model.SourceName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Aggregates one side of a join of two sources before the join, by the columns that the join and the grouping need: sums travel
 * instead of rows. Only where every aggregated value comes from that side.
 */
final class EagerAggregation {
    private static final double WORTH = 0.5;

    private final Estimator estimator;

    EagerAggregation(Estimator estimator) {
        this.estimator = estimator;
    }

    RelNode push(RelNode rel) {
        RelNode pushed = Trees.mapInputs(rel, this::push);
        if (pushed instanceof Aggregate aggregate && !aggregate.getAggCallList().isEmpty()) {
            return split(aggregate).orElse(pushed);
        }
        return pushed;
    }

    private Optional<RelNode> split(Aggregate aggregate) {
        Optional<List<SqlAggFunction>> merges = PartialAggregate.merges(aggregate);
        RelNode input = aggregate.getInput();
        RelNode under = input instanceof Project project ? project.getInput() : input;
        if (merges.isEmpty() || !(under instanceof Join join) || join.getJoinType() != JoinRelType.INNER) {
            return Optional.empty();
        }
        for (Side side : List.of(Side.RIGHT, Side.LEFT)) {
            Plan plan = new Plan(aggregate, join, side);
            if (plan.fits() && worth(plan)) {
                return Optional.of(plan.build(merges.get()));
            }
        }
        return Optional.empty();
    }

    private boolean worth(Plan plan) {
        Set<SourceName> ours = sources(plan.aggregated());
        boolean apart = ours.stream().noneMatch(sources(plan.other())::contains);
        double groups = 1;
        for (int key : plan.keys) {
            groups *= estimator.distinct(plan.aggregated(), key);
        }
        return apart && !ours.isEmpty() && groups < WORTH * estimator.rows(plan.aggregated());
    }

    private static Set<SourceName> sources(RelNode rel) {
        Set<SourceName> names = new HashSet<>();
        if (rel instanceof TableScan scan) {
            names.add(Trees.table(scan).source());
        }
        rel.getInputs().forEach(input -> names.addAll(sources(input)));
        return names;
    }

    private enum Side {
        LEFT,
        RIGHT
    }

    /** One way to split: which side is aggregated, by which of its columns, over which of its expressions. */
    private static final class Plan {
        private final Aggregate aggregate;
        private final Join join;
        private final Side side;
        private final int offset;
        private final int width;
        private final TreeSet<Integer> keys = new TreeSet<>();
        private final List<RexNode> arguments = new ArrayList<>();
        private final List<Integer> groupColumns = new ArrayList<>();
        private boolean fits = true;

        Plan(Aggregate aggregate, Join join, Side side) {
            this.aggregate = aggregate;
            this.join = join;
            this.side = side;
            int left = join.getLeft().getRowType().getFieldCount();
            this.offset = side == Side.LEFT ? 0 : left;
            this.width = aggregated().getRowType().getFieldCount();
            read();
        }

        RelNode aggregated() {
            return side == Side.LEFT ? join.getLeft() : join.getRight();
        }

        RelNode other() {
            return side == Side.LEFT ? join.getRight() : join.getLeft();
        }

        boolean fits() {
            return fits;
        }

        private boolean isOurs(int joined) {
            return joined >= offset && joined < offset + width;
        }

        /** The expression over the join's columns behind a column of the aggregate's input. */
        private RexNode expression(int column) {
            return aggregate.getInput() instanceof Project project
                    ? project.getProjects().get(column)
                    : RexInputRef.of(column, aggregate.getInput().getRowType());
        }

        private void read() {
            for (int joined : RelOptUtil.InputFinder.bits(join.getCondition())) {
                if (isOurs(joined)) {
                    keys.add(joined - offset);
                }
            }
            for (int group : aggregate.getGroupSet()) {
                if (expression(group) instanceof RexInputRef ref) {
                    groupColumns.add(ref.getIndex());
                    if (isOurs(ref.getIndex())) {
                        keys.add(ref.getIndex() - offset);
                    }
                } else {
                    fits = false;
                }
            }
            fits &= !keys.isEmpty();
            for (AggregateCall call : aggregate.getAggCallList()) {
                for (int argument : call.getArgList()) {
                    RexNode value = expression(argument);
                    boolean ours =
                            RelOptUtil.InputFinder.bits(value).asList().stream().allMatch(this::isOurs);
                    fits &= ours;
                    arguments.add(ours ? RexUtil.shift(value, -offset) : value);
                }
            }
        }

        RelNode build(List<SqlAggFunction> merges) {
            RelNode partial = partial();
            RelNode left = side == Side.LEFT ? partial : join.getLeft();
            RelNode right = side == Side.LEFT ? join.getRight() : partial;
            RelNode joined = LogicalJoin.create(
                    left,
                    right,
                    List.of(),
                    join.getCondition().accept(new Moved(left, right)),
                    Set.of(),
                    JoinRelType.INNER);
            int partialOffset = side == Side.LEFT ? 0 : offset;
            List<PartialAggregate.Call> calls = new ArrayList<>();
            for (int i = 0; i < merges.size(); i++) {
                calls.add(new PartialAggregate.Call(merges.get(i), List.of(partialOffset + keys.size() + i)));
            }
            List<Integer> groups = groupColumns.stream().map(this::position).toList();
            RelNode input = grouped(joined, groups, calls);
            List<PartialAggregate.Call> shifted = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                shifted.add(new PartialAggregate.Call(calls.get(i).function(), List.of(groups.size() + i)));
            }
            RelNode whole = PartialAggregate.aggregate(input, ImmutableBitSet.range(groups.size()), shifted);
            return PartialAggregate.cast(whole, aggregate.getRowType());
        }

        /** The group columns first, in the aggregate's order, then the partial results. */
        private static RelNode grouped(RelNode joined, List<Integer> groups, List<PartialAggregate.Call> calls) {
            List<Integer> columns = new ArrayList<>(groups);
            calls.forEach(call -> columns.add(call.arguments().getFirst()));
            List<RexNode> refs = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                refs.add(RexInputRef.of(columns.get(i), joined.getRowType()));
                names.add("g" + i);
            }
            return LogicalProject.create(joined, List.of(), refs, names, Set.of());
        }

        private RelNode partial() {
            List<RexNode> columns = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int key : keys) {
                names.add("k" + columns.size());
                columns.add(RexInputRef.of(key, aggregated().getRowType()));
            }
            List<PartialAggregate.Call> calls = new ArrayList<>();
            int next = 0;
            for (AggregateCall call : aggregate.getAggCallList()) {
                List<Integer> positions = new ArrayList<>();
                for (int i = 0; i < call.getArgList().size(); i++) {
                    positions.add(columns.size());
                    names.add("v" + columns.size());
                    columns.add(arguments.get(next++));
                }
                calls.add(new PartialAggregate.Call(call.getAggregation(), positions));
            }
            RelNode input = LogicalProject.create(aggregated(), List.of(), columns, names, Set.of());
            return PartialAggregate.aggregate(input, ImmutableBitSet.range(keys.size()), calls);
        }

        /** Where a column of the join stands after the side was replaced by its partial aggregate. */
        private int position(int joined) {
            int partialWidth = keys.size() + aggregate.getAggCallList().size();
            if (isOurs(joined)) {
                return (side == Side.LEFT ? 0 : offset)
                        + keys.headSet(joined - offset).size();
            }
            return side == Side.LEFT ? joined - width + partialWidth : joined;
        }

        private final class Moved extends RexShuttle {
            private final RelNode left;
            private final RelNode right;

            Moved(RelNode left, RelNode right) {
                this.left = left;
                this.right = right;
            }

            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                int to = position(ref.getIndex());
                int split = left.getRowType().getFieldCount();
                return to < split
                        ? RexInputRef.of(to, left.getRowType())
                        : new RexInputRef(
                                to,
                                right.getRowType()
                                        .getFieldList()
                                        .get(to - split)
                                        .getType());
            }
        }
    }
}
