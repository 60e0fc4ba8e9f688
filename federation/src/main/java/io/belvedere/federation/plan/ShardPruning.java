package io.belvedere.federation.plan;

import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.Split;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/** Which shards can hold rows for which a condition on the shard key is true. */
final class ShardPruning {
    private ShardPruning() {}

    static List<Integer> prune(Site site, List<RexNode> conjuncts) {
        List<Integer> left = site.shards();
        for (RexNode conjunct : conjuncts) {
            Optional<Set<Integer>> possible = shards(site.source(), site.shardKey(), conjunct);
            if (possible.isPresent()) {
                List<Integer> fewer =
                        left.stream().filter(possible.get()::contains).toList();
                // Conditions that exclude each other leave no shard; one is asked all the same, and gives no row.
                left = fewer.isEmpty() ? List.of(left.getFirst()) : fewer;
            }
        }
        return left;
    }

    /** Empty when the condition says nothing about shards. */
    private static Optional<Set<Integer>> shards(SourceDefinition source, ImmutableBitSet key, RexNode node) {
        if (!(node instanceof RexCall call)) {
            return Optional.empty();
        }
        return switch (call.getKind()) {
            case EQUALS -> equality(source, key, call);
            case OR -> {
                Set<Integer> all = new HashSet<>();
                for (RexNode operand : call.getOperands()) {
                    Optional<Set<Integer>> one = shards(source, key, operand);
                    if (one.isEmpty()) {
                        yield Optional.empty();
                    }
                    all.addAll(one.get());
                }
                yield Optional.of(all);
            }
            // Only equality with a constant names a shard for every rule.
            default -> Optional.empty();
        };
    }

    private static Optional<Set<Integer>> equality(SourceDefinition source, ImmutableBitSet key, RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean swapped = !(left instanceof RexInputRef);
        RexNode column = swapped ? right : left;
        RexNode constant = swapped ? left : right;
        boolean applies = column instanceof RexInputRef ref
                && key.get(ref.getIndex())
                && Types.isInteger(column.getType())
                && constant instanceof RexLiteral literal
                && !literal.isNull();
        if (!applies) {
            return Optional.empty();
        }
        BigDecimal value =
                Dialect.require((RexLiteral) constant, BigDecimal.class).stripTrailingZeros();
        if (value.scale() > 0) {
            return Optional.empty();
        }
        return shard(source, value).map(shard -> new HashSet<>(List.of(shard)));
    }

    private static Optional<Integer> shard(SourceDefinition source, BigDecimal value) {
        Split.Rule rule = source.split().map(Split::rule).orElseGet(Split.Opaque::new);
        return switch (rule) {
            // Databases disagree on the remainder of a negative number; every shard is asked for those.
            case Split.Modulo() ->
                value.signum() < 0
                        ? Optional.empty()
                        : Optional.of(value.remainder(
                                        BigDecimal.valueOf(source.shards().size()))
                                .intValueExact());
            case Split.Range(List<Long> bounds) -> {
                int shard = 0;
                while (shard < bounds.size() && value.compareTo(BigDecimal.valueOf(bounds.get(shard))) >= 0) {
                    shard++;
                }
                yield Optional.of(Math.min(shard, source.shards().size() - 1));
            }
            case Split.Opaque() -> Optional.empty();
        };
    }
}
