package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Types;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.model.view.ViewLimits.OnTooManyKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.type.RelDataType;

/**
 * Decides which side of a join runs first and ships its keys to the other. Only to a side of which a row without a partner makes no
 * difference: either side of an inner or semi-join, the null-extended side of an outer join, and the side that an anti-join looks for
 * partners in; never to the side that an anti-join keeps rows of, which are those without one.
 *
 * <p>The estimate only has to hope: each shipment has a bound of its own, and when it turns out that there are more keys, the
 * source is scanned as if none had been wanted. For one plan, by one thread.
 */
final class KeyShipping {
    /** Keys are worth the wait when they are expected to save more than this share of the target's rows. */
    private static final double SAVED_MIN = 0.1;

    /** The share that a condition is taken to leave where the sources say nothing of their tables. */
    private static final double SHARE_UNKNOWN = 0.5;

    /** What a key costs, in rows: it is read and sent, but not decoded, joined or kept. */
    private static final double KEY_COST = 0.25;

    /** Above this share of the target's rows, keys cost the source more than a scan. */
    private static final double KEYS_PER_ROW_MAX = 0.5;

    /** What a row costs that a source works on and does not send, in rows that are sent. */
    private static final double SCAN_COST = 0.2;

    /** A target that takes at most this share of the driver's time is done before the driver's keys are known. */
    private static final double HIDDEN_MAX = 0.5;

    /** Keys that leave less than this share of the target's rows are worth the wait for the target's own sake. */
    private static final double SHARE_HIDDEN_MIN = 0.2;

    private static final int KEYS_MIN = 100;
    private static final double ROWS_MIN = 100;
    private static final int KEYS_A_JOIN_MAX = 3;

    enum Side {
        LEFT,
        RIGHT
    }

    /** A column of the driver whose values go to a column of a target. */
    record Pair(int driverColumn, int targetColumn) {}

    /**
     * Columns of the driver whose values go to a fragment on the other side.
     *
     * @param share the share of the target's rows that is expected to be left
     * @param saved rows that need not be fetched, less what the keys cost
     * @param keysMax above this many keys the target is scanned
     */
    record Key(Fragment target, List<Pair> pairs, double share, double saved, int keysMax) {
        Key {
            pairs = List.copyOf(pairs);
        }
    }

    /** The side that runs first, and its keys; no keys when shipping is not worth it. */
    record Choice(Side driver, List<Key> keys) {
        static final Choice NONE = new Choice(Side.LEFT, List.of());

        Choice {
            keys = List.copyOf(keys);
        }

        double saved() {
            return keys.stream().mapToDouble(Key::saved).sum();
        }
    }

    private final Estimator estimator;
    private final int keysMax;
    private final OnTooManyKeys onTooManyKeys;
    private final IdentityHashMap<Join, Choice> chosen = new IdentityHashMap<>();

    KeyShipping(Estimator estimator, ViewLimits limits) {
        this.estimator = estimator;
        this.keysMax = limits.shippedKeysMax();
        this.onTooManyKeys = limits.onTooManyKeys();
    }

    Choice choose(Join join) {
        Choice before = chosen.get(join);
        if (before != null) {
            return before;
        }
        Choice choice = keysMax == 0 ? Choice.NONE : best(join);
        chosen.put(join, choice);
        return choice;
    }

    private Choice best(Join join) {
        return switch (join.getJoinType()) {
            case INNER, SEMI -> {
                Choice left = keys(join, Side.LEFT);
                if (isKeyed(join.getLeft()) && !left.keys().isEmpty()) {
                    yield left;
                }
                Choice right = keys(join, Side.RIGHT);
                yield right.saved() > left.saved() ? right : left;
            }
            case LEFT, ANTI -> keys(join, Side.LEFT);
            case RIGHT -> keys(join, Side.RIGHT);
            case FULL, ASOF, LEFT_ASOF, LEFT_MARK -> Choice.NONE;
        };
    }

    private Choice keys(Join join, Side driverSide) {
        RelNode driver = driverSide == Side.LEFT ? join.getLeft() : join.getRight();
        RelNode other = driverSide == Side.LEFT ? join.getRight() : join.getLeft();
        IdentityHashMap<Fragment, List<Pair>> pairs = new IdentityHashMap<>();
        List<Fragment> targets = new ArrayList<>();
        for (int[] pair : JoinKeys.equalities(join)) {
            int from = driverSide == Side.LEFT ? pair[0] : pair[1];
            int to = driverSide == Side.LEFT ? pair[1] : pair[0];
            if (!travels(driver, from) || !travels(other, to)) {
                continue;
            }
            for (KeySource.Target target : KeySource.targets(other, to)) {
                if (travels(target.fragment(), target.column())) {
                    pairs.computeIfAbsent(target.fragment(), fragment -> {
                                targets.add(fragment);
                                return new ArrayList<>();
                            })
                            .add(new Pair(from, target.column()));
                }
            }
        }
        List<Key> keys = targets.stream()
                .filter(target -> !isShared(driver, target))
                .map(target -> key(driver, other, target, pairs.getOrDefault(target, List.of())))
                .filter(key -> key.saved() > 0)
                .sorted(Comparator.comparingDouble(Key::saved).reversed())
                .limit(KEYS_A_JOIN_MAX)
                .toList();
        return new Choice(driverSide, keys);
    }

    /** What the keys would do for the target; nothing saved when it is not worth the wait. */
    private Key key(RelNode driver, RelNode other, Fragment target, List<Pair> pairs) {
        double rows = estimator.rows(target);
        if (!estimator.isKnown(driver) || !estimator.isKnown(target)) {
            boolean selective = hasFilter(driver) && !hasFilter(target);
            return new Key(target, pairs, SHARE_UNKNOWN, selective ? rows * SHARE_UNKNOWN : 0, keysMax);
        }
        double keys = distinct(driver, pairs, Pair::driverColumn);
        double share = Math.min(1, keys / distinct(target, pairs, Pair::targetColumn));
        // A target that gets keys from inside its own side gives about as many rows as that side, whatever it holds.
        double fetched = isTarget(other, target) ? Math.min(rows, estimator.rows(other)) : rows;
        double saved = fetched * (1 - share) - keys * KEY_COST;
        boolean pays =
                (saved > fetched * SAVED_MIN || (share < 1 && isKeyed(driver))) && !isHidden(driver, target, share);
        // Where the view would rather refuse than scan, the real number decides, not the estimate.
        boolean tried = onTooManyKeys == OnTooManyKeys.REFUSE || (pays && keys <= keysMax);
        boolean worth = tried && fetched >= ROWS_MIN;
        return new Key(target, pairs, share, worth ? Math.max(1, saved) : 0, keysMax(rows));
    }

    /**
     * Whether the target is read whole while the driver is still at work: then keys that leave a good part of its rows make the query
     * wait for no gain.
     */
    private boolean isHidden(RelNode driver, Fragment target, double share) {
        double meanwhile = estimator.read(driver) * SCAN_COST + estimator.rows(driver);
        double whole = estimator.read(target) * SCAN_COST + estimator.rows(target);
        return share > SHARE_HIDDEN_MIN && whole < meanwhile * HIDDEN_MAX;
    }

    /**
     * Whether keys already travel inside the tree. Such a side is as a rule smaller than estimated, because what is selective here often goes
     * together with what is selective there; so it is tried first, and the real number of keys decides.
     */
    private boolean isKeyed(RelNode rel) {
        boolean here = rel instanceof Join join && !choose(join).keys().isEmpty();
        return here || rel.getInputs().stream().anyMatch(this::isKeyed);
    }

    private int keysMax(double rows) {
        return switch (onTooManyKeys) {
            case SCAN -> (int) Math.min(keysMax, Math.max(KEYS_MIN, rows * KEYS_PER_ROW_MAX));
            case REFUSE -> keysMax;
        };
    }

    private double distinct(RelNode rel, List<Pair> pairs, ToIntFunction<Pair> column) {
        double distinct = 1;
        for (Pair pair : pairs) {
            distinct *= estimator.distinct(rel, column.applyAsInt(pair));
        }
        return Math.min(distinct, estimator.rows(rel));
    }

    /** Whether the driver fetches all that the target would: then its rows are read twice, and nothing need be asked for. */
    private boolean isShared(RelNode driver, Fragment target) {
        boolean here = driver instanceof Fragment fragment && fragment.isSameAs(target);
        return here
                || (!(driver instanceof Join join
                                && choose(join).keys().stream()
                                        .anyMatch(key -> key.target().isSameAs(target)))
                        && driver.getInputs().stream().anyMatch(input -> isShared(input, target)));
    }

    /** Whether a join within the tree already ships keys to the fragment. */
    private boolean isTarget(RelNode rel, Fragment target) {
        boolean here = rel instanceof Join join
                && choose(join).keys().stream().anyMatch(key -> key.target().equals(target));
        return here || rel.getInputs().stream().anyMatch(input -> isTarget(input, target));
    }

    private static boolean hasFilter(RelNode rel) {
        return switch (rel) {
            case Filter _ -> true;
            case Fragment fragment -> hasFilter(fragment.body());
            default -> rel.getInputs().stream().anyMatch(KeyShipping::hasFilter);
        };
    }

    /** Types whose equality is the same on every source, or loosened to a superset there. */
    private static boolean travels(RelNode rel, int column) {
        RelDataType type = rel.getRowType().getFieldList().get(column).getType();
        return switch (Types.kind(type)) {
            case NUMBER -> Types.isInteger(type);
            case TEXT, DATE -> true;
            case BOOLEAN, BINARY, TIME, TIMESTAMP, INSTANT, INTERVAL, OTHER -> false;
        };
    }
}
