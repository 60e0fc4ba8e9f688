package io.belvedere.model.expr;

import io.belvedere.model.ColumnName;
import java.util.List;

/**
 * A condition on one row: comparisons of columns with typed constants, joined by and, or, not.
 *
 * <p>The shape follows the UCAST conditions AST (document, compound and field conditions). A comparison with a column that is
 * NULL is unknown, as in SQL, and an unknown row is not selected.
 */
public sealed interface Condition {
    int NODES_MAX = 1_000;
    int DEPTH_MAX = 32;
    int LIST_MAX = 1_000;

    /** Every one of the conditions; at least one. */
    record And(List<Condition> conditions) implements Condition {
        public And {
            conditions = requireSome(conditions);
        }
    }

    /** Any of the conditions; at least one. */
    record Or(List<Condition> conditions) implements Condition {
        public Or {
            conditions = requireSome(conditions);
        }
    }

    /** Not the condition. */
    record Not(Condition condition) implements Condition {}

    /** A column compared with a constant. */
    record Comparison(ColumnName field, Operator operator, Literal value) implements Condition {}

    /** A column among constants; at least one, all of one type. */
    record In(ColumnName field, List<Literal> values) implements Condition {
        public In {
            values = List.copyOf(values);
            if (values.isEmpty() || values.size() > LIST_MAX) {
                throw new IllegalArgumentException("a list holds 1 to " + LIST_MAX + " values");
            }
            if (values.stream().map(Object::getClass).distinct().count() > 1) {
                throw new IllegalArgumentException("the values of a list have one type");
            }
        }
    }

    /** Whether a column is NULL. */
    record IsNull(ColumnName field) implements Condition {}

    /** The comparisons, by their UCAST names. */
    enum Operator {
        EQ,
        NE,
        LT,
        LE,
        GT,
        GE
    }

    private static List<Condition> requireSome(List<Condition> conditions) {
        if (conditions.isEmpty()) {
            throw new IllegalArgumentException("and/or needs at least one condition");
        }
        return List.copyOf(conditions);
    }
}
