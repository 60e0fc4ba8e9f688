package io.belvedere.policy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.expr.Condition;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a caller may have of one view. */
public sealed interface ViewAccess {
    /** The view does not exist for this caller. */
    record None() implements ViewAccess {}

    /** The contract may be read, no row. The columns name every column of the view; a hidden one does not exist. */
    record Contract(SortedMap<ColumnName, Mask> columns) implements ViewAccess {
        public Contract(Map<ColumnName, Mask> columns) {
            this(sorted(columns));
        }

        public Contract {
            columns = Collections.unmodifiableSortedMap(columns);
        }
    }

    /**
     * Rows may be read under obligations.
     *
     * @param rule which rows
     * @param columns the mask of every column of the view
     * @param rowsMax how many rows a result may have
     * @param groupSizeMin groups of fewer rows are suppressed; 0 for no such rule
     */
    record Rows(RowRule rule, SortedMap<ColumnName, Mask> columns, long rowsMax, int groupSizeMin)
            implements ViewAccess {
        public Rows(RowRule rule, Map<ColumnName, Mask> columns, long rowsMax, int groupSizeMin) {
            this(rule, sorted(columns), rowsMax, groupSizeMin);
        }

        public Rows {
            if (rowsMax < 1 || groupSizeMin < 0) {
                throw new IllegalArgumentException("a result may have at least 1 row, a group at least 0");
            }
            columns = Collections.unmodifiableSortedMap(columns);
        }
    }

    /** Which rows. */
    sealed interface RowRule {
        /** Every row. */
        record All() implements RowRule {}

        /** The rows for which the condition is true; the condition may use columns that are masked or hidden. */
        record Matching(Condition condition) implements RowRule {}
    }

    private static SortedMap<ColumnName, Mask> sorted(Map<ColumnName, Mask> columns) {
        return new TreeMap<>(columns);
    }
}
