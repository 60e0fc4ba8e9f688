package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.util.ImmutableBitSet;

/** Aggregates in two stages: partial results where the rows are, and their sum where they meet. */
final class PartialAggregate {
    private PartialAggregate() {}

    /** How partial results of each call are put together; empty when some call cannot be split. */
    static Optional<List<SqlAggFunction>> merges(Aggregate aggregate) {
        if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
            return Optional.empty();
        }
        List<SqlAggFunction> merges = new ArrayList<>();
        for (AggregateCall call : aggregate.getAggCallList()) {
            Optional<SqlAggFunction> merge = merge(call);
            if (merge.isEmpty()) {
                return Optional.empty();
            }
            merges.add(merge.get());
        }
        return Optional.of(merges);
    }

    /** How partial results of a call are put together; empty when they cannot be. */
    static Optional<SqlAggFunction> merge(AggregateCall call) {
        return call.isDistinct() || call.hasFilter() ? Optional.empty() : mergeOfParts(call);
    }

    /** As {@link #merge}, where the parts have no value in common and each heeds the call's own filter. */
    static Optional<SqlAggFunction> mergeOfParts(AggregateCall call) {
        if (call.getArgList().size() > 1 || call.ignoreNulls()) {
            return Optional.empty();
        }
        return switch (call.getAggregation().getKind()) {
            case COUNT, SUM0 -> Optional.of(SqlStdOperatorTable.SUM0);
            case SUM -> Optional.of(SqlStdOperatorTable.SUM);
            case MIN -> Optional.of(SqlStdOperatorTable.MIN);
            case MAX -> Optional.of(SqlStdOperatorTable.MAX);
            // Only these five give the same answer from parts.
            default -> Optional.empty();
        };
    }

    static RelNode aggregate(RelNode input, ImmutableBitSet keys, List<Call> calls) {
        return aggregate(input, keys, List.of(keys), calls);
    }

    static RelNode aggregate(RelNode input, ImmutableBitSet keys, List<ImmutableBitSet> groupSets, List<Call> calls) {
        RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(input.getCluster(), null);
        builder = builder.transform(config -> config.withPruneInputOfAggregate(false)
                .withAggregateUnique(true)
                .withDedupAggregateCalls(false));
        builder.push(input);
        List<RelBuilder.AggCall> built = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            List<RexNode> arguments =
                    call.arguments().stream().<RexNode>map(builder::field).toList();
            built.add(builder.aggregateCall(call.function(), arguments)
                    .distinct(call.distinct())
                    .as("a" + i));
        }
        return builder.aggregate(builder.groupKey(keys, groupSets), built).build();
    }

    /** An aggregate function over columns of its input. */
    record Call(SqlAggFunction function, List<Integer> arguments, boolean distinct) {
        Call {
            arguments = List.copyOf(arguments);
        }

        Call(SqlAggFunction function, List<Integer> arguments) {
            this(function, arguments, false);
        }
    }

    /** The columns with the types that were promised for them. */
    static RelNode cast(RelNode rel, RelDataType promised) {
        RexBuilder builder = rel.getCluster().getRexBuilder();
        List<RexNode> columns = new ArrayList<>();
        boolean same = true;
        for (int i = 0; i < promised.getFieldCount(); i++) {
            RexNode ref = RexInputRef.of(i, rel.getRowType());
            RelDataType type = promised.getFieldList().get(i).getType();
            same &= ref.getType().equals(type);
            columns.add(ref.getType().equals(type) ? ref : builder.makeAbstractCast(type, ref, false));
        }
        return same && rel.getRowType().getFieldNames().equals(promised.getFieldNames())
                ? rel
                : LogicalProject.create(rel, List.of(), columns, promised.getFieldNames(), java.util.Set.of());
    }
}
