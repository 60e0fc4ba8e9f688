package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * An aggregate over several shards in two stages. Each shard gives its part of every group; for DISTINCT it also groups by the values, so
 * that the engine sees each value of a shard once; and for grouping sets by all their columns together.
 *
 * @param parts what each shard computes
 */
record ShardedAggregate(Aggregate aggregate, Aggregate parts, List<SqlAggFunction> merges) {
    /**
     * Empty when some call cannot be put together from parts.
     *
     * @param shardKey columns of the input whose equal values stand on one shard
     */
    static Optional<ShardedAggregate> of(Aggregate aggregate, RelNode input, ImmutableBitSet shardKey) {
        ImmutableBitSet distinct = distinct(aggregate, shardKey);
        ImmutableBitSet keys = aggregate.getGroupSet().union(distinct);
        List<AggregateCall> ofShard = new ArrayList<>();
        List<SqlAggFunction> merges = new ArrayList<>();
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (isRegrouped(call, distinct)) {
                if (call.hasFilter() || !isSplit(call)) {
                    return Optional.empty();
                }
            } else {
                Optional<SqlAggFunction> merge = PartialAggregate.mergeOfParts(call);
                if (merge.isEmpty()) {
                    return Optional.empty();
                }
                // Where the whole is grouped by nothing too, its own type allows for no row.
                ofShard.add(
                        keys.isEmpty() ? AggregateCalls.ofAllRows(call, input) : AggregateCalls.ofGroups(call, input));
                merges.add(merge.get());
            }
        }
        Aggregate parts = LogicalAggregate.create(input, List.of(), keys, List.of(keys), ofShard);
        return Optional.of(new ShardedAggregate(aggregate, parts, merges));
    }

    /** The columns whose distinct values each shard has to give; none when each value stands on one shard, and counts may be added. */
    private static ImmutableBitSet distinct(Aggregate aggregate, ImmutableBitSet shardKey) {
        ImmutableBitSet.Builder columns = ImmutableBitSet.builder();
        boolean added = true;
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (isDistinct(call)) {
                columns.addAll(call.getArgList());
                added &= call.getArgList().size() == 1
                        && shardKey.get(call.getArgList().getFirst());
            }
        }
        return added ? ImmutableBitSet.of() : columns.build();
    }

    /** The least and the greatest of the distinct values are those of all. */
    private static boolean isDistinct(AggregateCall call) {
        SqlKind kind = call.getAggregation().getKind();
        return call.isDistinct() && kind != SqlKind.MIN && kind != SqlKind.MAX;
    }

    private static boolean isRegrouped(AggregateCall call, ImmutableBitSet distinct) {
        return isDistinct(call) && !distinct.isEmpty();
    }

    private static boolean isSplit(AggregateCall call) {
        SqlKind kind = call.getAggregation().getKind();
        return kind == SqlKind.COUNT || kind == SqlKind.SUM || kind == SqlKind.SUM0;
    }

    /** The whole, from the parts of all shards. */
    RelNode whole(RelNode fetched) {
        ImmutableBitSet keys = parts.getGroupSet();
        List<PartialAggregate.Call> calls = new ArrayList<>();
        boolean regrouped = keys.cardinality() > aggregate.getGroupCount()
                || merges.size() < aggregate.getAggCallList().size();
        int part = keys.cardinality();
        int merge = 0;
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (regrouped && isDistinct(call)) {
                List<Integer> arguments =
                        call.getArgList().stream().map(keys::indexOf).toList();
                calls.add(new PartialAggregate.Call(call.getAggregation(), arguments, true));
            } else {
                calls.add(new PartialAggregate.Call(merges.get(merge++), List.of(part++)));
            }
        }
        List<ImmutableBitSet> groupSets =
                aggregate.getGroupSets().stream().map(set -> places(set, keys)).toList();
        return PartialAggregate.cast(
                PartialAggregate.aggregate(fetched, places(aggregate.getGroupSet(), keys), groupSets, calls),
                aggregate.getRowType());
    }

    private static ImmutableBitSet places(ImmutableBitSet columns, ImmutableBitSet keys) {
        ImmutableBitSet.Builder places = ImmutableBitSet.builder();
        columns.forEach(column -> places.set(keys.indexOf(column)));
        return places.build();
    }
}
