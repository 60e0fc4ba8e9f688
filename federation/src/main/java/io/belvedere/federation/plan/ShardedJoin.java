package io.belvedere.federation.plan;

import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.util.ImmutableBitSet;

/** Whether a join can run inside each shard: both sides on one database, or joined on the keys by which they are split. */
final class ShardedJoin {
    private ShardedJoin() {}

    static Optional<Site> site(Join join, List<int[]> keys, Site left, Site right) {
        boolean split = left.source().shards().size() > 1;
        boolean aligned = keys.stream()
                .anyMatch(key -> left.shardKey().get(key[0]) && right.shardKey().get(key[1]));
        boolean oneShard = left.isOneShard() && left.shards().equals(right.shards());
        if (split && !oneShard && !aligned) {
            return Optional.empty();
        }
        ImmutableBitSet key = keyAfter(join, left, right);
        if (!split || oneShard) {
            return Optional.of(left.withKey(key));
        }
        return Optional.of(
                switch (join.getJoinType()) {
                    // Equal keys stand on one shard: a shard that one side does not need gives no row of the join.
                    case INNER -> left.and(right, key);
                    // A row without a partner on its own shard has none.
                    case LEFT, SEMI, ANTI, LEFT_MARK -> left.withKey(key);
                    case RIGHT -> right.withKey(key);
                    case FULL -> left.or(right, key);
                    case ASOF, LEFT_ASOF ->
                        throw new IllegalStateException("no dialect joins by " + join.getJoinType());
                });
    }

    private static ImmutableBitSet keyAfter(Join join, Site left, Site right) {
        int width = join.getLeft().getRowType().getFieldCount();
        return switch (join.getJoinType()) {
            case INNER -> left.shardKey().union(right.shardKey().shift(width));
            case LEFT, SEMI, ANTI, LEFT_MARK -> left.shardKey();
            case RIGHT -> right.shardKey().shift(width);
            case FULL, ASOF, LEFT_ASOF -> ImmutableBitSet.of();
        };
    }
}
