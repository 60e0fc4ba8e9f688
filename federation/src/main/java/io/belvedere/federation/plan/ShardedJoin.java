package io.belvedere.federation.plan;

import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
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
        if (split && aligned && !left.shards().equals(right.shards())) {
            if (join.getJoinType() != JoinRelType.INNER) {
                return Optional.empty();
            }
            // Equal keys stand on one shard: a shard that one side does not need gives no row of the join.
            List<Integer> common =
                    left.shards().stream().filter(right.shards()::contains).toList();
            List<Integer> asked = common.isEmpty() ? left.shards().subList(0, 1) : common;
            return Optional.of(left.withShards(asked).withKey(keyAfter(join, left, right)));
        }
        return Optional.of(left.withKey(keyAfter(join, left, right)));
    }

    private static ImmutableBitSet keyAfter(Join join, Site left, Site right) {
        int width = join.getLeft().getRowType().getFieldCount();
        return switch (join.getJoinType()) {
            case INNER -> left.shardKey().union(right.shardKey().shift(width));
            case LEFT, SEMI, ANTI -> left.shardKey();
            case RIGHT -> right.shardKey().shift(width);
            case FULL, ASOF, LEFT_ASOF, LEFT_MARK -> ImmutableBitSet.of();
        };
    }
}
