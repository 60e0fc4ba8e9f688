package io.belvedere.federation.plan;

import java.util.List;

/**
 * A delivery once more, for when all its inputs turn out to hold few rows: operators that match, choose and order whole columns and
 * compute nothing. Says the same as the delivery's SQL.
 */
public sealed interface FewRows {
    /** Columns of a row. */
    int width();

    /** The rows of an earlier step. */
    record Of(String step, int width) implements FewRows {}

    /** Columns of the input, by index. */
    record Chosen(FewRows input, List<Integer> columns) implements FewRows {
        public Chosen {
            columns = List.copyOf(columns);
        }

        @Override
        public int width() {
            return columns.size();
        }
    }

    /**
     * Rows whose keys are equal, a NULL to nothing. Key columns that face each other hold integers, or else values of one type.
     *
     * @param leftKeys columns of the left input; at least one
     * @param rightKeys as many of the right
     */
    record Matched(Kind kind, FewRows left, FewRows right, List<Integer> leftKeys, List<Integer> rightKeys)
            implements FewRows {
        public Matched {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
        }

        @Override
        public int width() {
            return switch (kind) {
                case INNER, LEFT -> left.width() + right.width();
                case SEMI, ANTI -> left.width();
            };
        }
    }

    /** The rows in order, from one on, as many as are wanted. */
    record First(FewRows input, List<Step.SortKey> order, long offset, long rowsMax) implements FewRows {
        public First {
            order = List.copyOf(order);
        }

        @Override
        public int width() {
            return input.width();
        }
    }

    /** What becomes of left rows with and without partners. */
    enum Kind {
        INNER,
        /** Those without one stay, with NULLs on the right. */
        LEFT,
        /** Left rows with a partner, once each. */
        SEMI,
        /** Left rows without one. */
        ANTI
    }
}
