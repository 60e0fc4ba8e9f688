package io.belvedere.federation.dialect;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexDynamicParam;

/**
 * The one value of a sub-query that does not depend on the rows around it, in an expression. The sub-query runs first, as steps of its
 * own; its value is then a constant of the query, or NULL, to every rule and to every source.
 */
public final class SubQueryValue extends RexDynamicParam {
    /**
     * How a binary fraction is compared with a column of exact numbers. {@code CAST(x AS DOUBLE) > v} holds for the same x as {@code x > b}
     * for the highest b of the column's scale whose cast does not exceed v; so a source compares its bare column with an exact number,
     * by an index where it has one, whatever its own cast does.
     */
    public enum Bound {
        /** The value itself. */
        NONE(0),
        /** The highest exact number that is not above it: for &gt; and &lt;=. */
        HIGHEST(1),
        /** The lowest exact number that is not below it: for &lt; and &gt;=. */
        LOWEST(2);

        private static final int COUNT = 3;

        private final int offset;

        Bound(int offset) {
            this.offset = offset;
        }
    }

    /** Beyond the numbers of lifted values, so that two parameters of a tree are never taken for one. */
    private static final int FIRST_INDEX = 1_000_000;

    private final int number;
    private final Bound bound;

    /**
     * @param number of the sub-query in its plan
     * @param type as which it stands in the expression; with a bound, that of the column it is compared with
     */
    public SubQueryValue(RelDataType type, int number, Bound bound) {
        super(type, FIRST_INDEX + number * Bound.COUNT + bound.offset);
        this.number = number;
        this.bound = bound;
        this.digest = "value " + number
                + switch (bound) {
                    case NONE -> "";
                    case HIGHEST -> " at most";
                    case LOWEST -> " at least";
                };
    }

    public int number() {
        return number;
    }

    /** The step whose only row holds it. */
    public String step() {
        return step(number);
    }

    public static String step(int number) {
        return "v" + number;
    }

    public Bound bound() {
        return bound;
    }
}
