package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.type.RelDataType;

/**
 * Decides which side of a join runs first and ships its keys to the other. Only where a missing partner drops the row: inner and
 * semi-joins, and the null-extended side of an outer join; never an anti-join, which asks for what has no partner.
 */
final class KeyShipping {
    /** Keys are worth shipping when at most this share of the other side's rows is left. */
    static final double WORTH = 0.5;

    private static final double ROWS_MIN = 100;
    private static final int KEYS_A_JOIN_MAX = 3;

    enum Side {
        LEFT,
        RIGHT
    }

    /** A column of the driver whose values go to a column of a fragment on the other side. */
    record Key(int driverColumn, Fragment target, int targetColumn, double saved) {}

    /** What a fragment is sent: the values of a column of a step, for one of its own columns. */
    record Shipment(String step, int column, int targetColumn) {}

    /** The side that runs first, and its keys; no keys when shipping is not worth it. */
    record Choice(Side driver, List<Key> keys) {
        double saved() {
            return keys.stream().mapToDouble(Key::saved).sum();
        }
    }

    private final Estimator estimator;
    private final int keysMax;

    KeyShipping(Estimator estimator, int keysMax) {
        this.estimator = estimator;
        this.keysMax = keysMax;
    }

    int keysMax() {
        return keysMax;
    }

    Choice choose(Join join) {
        Choice none = new Choice(Side.LEFT, List.of());
        if (keysMax == 0) {
            return none;
        }
        return switch (join.getJoinType()) {
            case INNER, SEMI -> {
                Choice left = keys(join, Side.LEFT);
                Choice right = keys(join, Side.RIGHT);
                yield right.saved() > left.saved() ? right : left;
            }
            case LEFT -> keys(join, Side.LEFT);
            case RIGHT -> keys(join, Side.RIGHT);
            case FULL, ANTI, ASOF, LEFT_ASOF, LEFT_MARK -> none;
        };
    }

    private Choice keys(Join join, Side driverSide) {
        RelNode driver = driverSide == Side.LEFT ? join.getLeft() : join.getRight();
        RelNode other = driverSide == Side.LEFT ? join.getRight() : join.getLeft();
        List<Key> keys = new ArrayList<>();
        for (int[] pair : JoinKeys.equalities(join)) {
            int from = driverSide == Side.LEFT ? pair[0] : pair[1];
            int to = driverSide == Side.LEFT ? pair[1] : pair[0];
            if (!travels(driver, from) || !travels(other, to)) {
                continue;
            }
            for (KeySource.Target target : KeySource.targets(other, to)) {
                double saved = saved(driver, from, target);
                if (saved > 0 && keys.size() < KEYS_A_JOIN_MAX && travels(target.fragment(), target.column())) {
                    keys.add(new Key(from, target.fragment(), target.column(), saved));
                }
            }
        }
        return new Choice(driverSide, keys);
    }

    /** Rows of the target that need not be fetched; 0 when it is not worth the wait. */
    private double saved(RelNode driver, int column, KeySource.Target target) {
        double rows = estimator.rows(target.fragment());
        if (!estimator.isKnown(driver) || !estimator.isKnown(target.fragment())) {
            boolean selective = hasFilter(driver) && !hasFilter(target.fragment());
            return selective ? rows * WORTH : 0;
        }
        double keys = estimator.distinct(driver, column);
        double share = Math.min(1, keys / estimator.distinct(target.fragment(), target.column()));
        boolean worth = share <= WORTH && rows >= ROWS_MIN && keys <= keysMax;
        return worth ? rows * (1 - share) : 0;
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
