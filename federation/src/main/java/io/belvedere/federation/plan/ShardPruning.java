package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.shard.ShardFilter;
import io.belvedere.model.source.ShardKey;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * What conditions say about the shard key of the rows that they let through: equality, lists and ranges, joined by AND and OR. It
 * may say less than they do, never more.
 */
final class ShardPruning {
    /** A range of at most so many whole numbers or days is a list of them, which says something under every rule. */
    private static final int LISTED_MAX = 256;

    private ShardPruning() {}

    /**
     * @param key columns that are equal to the shard key
     * @return empty when the conditions say nothing
     */
    static Optional<ShardFilter> filter(ImmutableBitSet key, List<RexNode> conjuncts) {
        List<ShardFilter> filters = new ArrayList<>();
        Optional<ShardKey> low = Optional.empty();
        Optional<ShardKey> high = Optional.empty();
        for (RexNode conjunct : conjuncts) {
            Optional<ShardFilter> found = filter(key, conjunct);
            if (found.orElse(null) instanceof ShardFilter.Between(Optional<ShardKey> from, Optional<ShardKey> to)) {
                low = tighter(low, from, 1);
                high = tighter(high, to, -1);
            } else {
                found.ifPresent(filters::add);
            }
        }
        if (low.isPresent() || high.isPresent()) {
            filters.add(range(low, high));
        }
        if (filters.size() < 2) {
            return filters.stream().findFirst();
        }
        return Optional.of(new ShardFilter.AllOf(filters));
    }

    private static Optional<ShardKey> tighter(Optional<ShardKey> known, Optional<ShardKey> bound, int sign) {
        if (known.isEmpty() || bound.isEmpty()) {
            return known.or(() -> bound);
        }
        return Integer.signum(ShardKey.compare(bound.get(), known.get())) == sign ? bound : known;
    }

    private static ShardFilter range(Optional<ShardKey> low, Optional<ShardKey> high) {
        if (low.isPresent() && high.isPresent()) {
            Optional<Set<ShardKey>> listed = listed(low.get(), high.get());
            if (listed.isPresent()) {
                return new ShardFilter.OneOf(listed.get());
            }
        }
        return new ShardFilter.Between(low, high);
    }

    private static Optional<Set<ShardKey>> listed(ShardKey low, ShardKey high) {
        Set<ShardKey> keys = new HashSet<>();
        for (ShardKey key = low; ShardKey.compare(key, high) <= 0; ) {
            keys.add(key);
            Optional<ShardKey> next = beside(key, 1);
            if (next.isEmpty() || keys.size() > LISTED_MAX) {
                return Optional.empty();
            }
            key = next.get();
        }
        return Optional.of(keys);
    }

    private static Optional<ShardFilter> filter(ImmutableBitSet key, RexNode node) {
        if (!(node instanceof RexCall call)) {
            return Optional.empty();
        }
        return switch (call.getKind()) {
            case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> comparison(key, call);
            case AND -> filter(key, call.getOperands());
            case OR -> anyOf(key, call.getOperands());
            // No other operator names values that a row must have.
            default -> Optional.empty();
        };
    }

    private static Optional<ShardFilter> anyOf(ImmutableBitSet key, List<RexNode> operands) {
        List<ShardFilter> any = new ArrayList<>();
        Set<ShardKey> keys = new HashSet<>();
        for (RexNode operand : operands) {
            Optional<ShardFilter> one = filter(key, operand);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            if (one.get() instanceof ShardFilter.OneOf(Set<ShardKey> named)) {
                keys.addAll(named);
            } else {
                any.add(one.get());
            }
        }
        if (any.isEmpty()) {
            return Optional.of(new ShardFilter.OneOf(keys));
        }
        any.add(new ShardFilter.OneOf(keys));
        return Optional.of(new ShardFilter.AnyOf(any));
    }

    private static Optional<ShardFilter> comparison(ImmutableBitSet key, RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean swapped = !(left instanceof RexInputRef);
        boolean applies = (swapped ? right : left) instanceof RexInputRef ref
                && key.get(ref.getIndex())
                && (swapped ? left : right) instanceof RexLiteral literal
                && !literal.isNull();
        if (!applies) {
            return Optional.empty();
        }
        RexNode column = swapped ? right : left;
        Optional<ShardKey> value = value(column, (RexLiteral) (swapped ? left : right));
        return value.flatMap(constant -> switch (swapped ? call.getKind().reverse() : call.getKind()) {
            case EQUALS -> Optional.of(new ShardFilter.OneOf(Set.of(constant)));
            case LESS_THAN -> bound(constant, -1, Bound.HIGH);
            case LESS_THAN_OR_EQUAL -> bound(constant, 0, Bound.HIGH);
            case GREATER_THAN -> bound(constant, 1, Bound.LOW);
            case GREATER_THAN_OR_EQUAL -> bound(constant, 0, Bound.LOW);
            // The caller asks with one of these five.
            default -> Optional.empty();
        });
    }

    private enum Bound {
        LOW,
        HIGH
    }

    /** The range from or to the value that is {@code steps} beside the constant; text has no order that all sources share. */
    private static Optional<ShardFilter> bound(ShardKey constant, int steps, Bound bound) {
        if (constant instanceof ShardKey.Text) {
            return Optional.empty();
        }
        return beside(constant, steps).map(value -> switch (bound) {
            case LOW -> new ShardFilter.Between(Optional.of(value), Optional.empty());
            case HIGH -> new ShardFilter.Between(Optional.empty(), Optional.of(value));
        });
    }

    /** The value so many steps above; empty where the type ends. */
    private static Optional<ShardKey> beside(ShardKey key, int steps) {
        return switch (key) {
            case ShardKey.Whole(long value) -> {
                long beside = value + steps;
                boolean over = (beside > value) != (steps > 0) && steps != 0;
                yield over ? Optional.empty() : Optional.of(new ShardKey.Whole(beside));
            }
            case ShardKey.Day(LocalDate value) -> Optional.of(new ShardKey.Day(value.plusDays(steps)));
            case ShardKey.Text _ -> Optional.empty();
        };
    }

    private static Optional<ShardKey> value(RexNode column, RexLiteral literal) {
        Types.Kind kind = Types.kind(literal.getType());
        if (kind != Types.kind(column.getType())) {
            return Optional.empty();
        }
        return switch (kind) {
            case NUMBER -> Types.isInteger(column.getType()) ? whole(literal) : Optional.empty();
            case TEXT -> Optional.of(new ShardKey.Text(LiteralValues.of(literal, String.class)));
            case DATE ->
                Optional.of(new ShardKey.Day(LocalDate.ofEpochDay(
                        LiteralValues.of(literal, DateString.class).getDaysSinceEpoch())));
            case BOOLEAN, BINARY, TIME, TIMESTAMP, INSTANT, INTERVAL, OTHER -> Optional.empty();
        };
    }

    private static Optional<ShardKey> whole(RexLiteral literal) {
        BigDecimal value = LiteralValues.of(literal, BigDecimal.class);
        try {
            return Optional.of(new ShardKey.Whole(value.longValueExact()));
        } catch (ArithmeticException _) {
            return Optional.empty(); // a fraction, or more digits than any key has
        }
    }
}
