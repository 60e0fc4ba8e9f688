package io.belvedere.federation;

import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import java.util.List;

/**
 * A condition that can be tried on a row as it comes from its source, before anything else sees it; columns are those of the row. As in SQL, a
 * comparison with NULL is not known.
 */
public sealed interface RowTest {
    /** A column compared with a constant; text by its bytes, numbers by their value. */
    record Compared(int column, Condition.Operator operator, Literal value) implements RowTest {}

    /** A column is NULL. */
    record Absent(int column) implements RowTest {}

    record Not(RowTest test) implements RowTest {}

    record All(List<RowTest> tests) implements RowTest {
        public All {
            tests = List.copyOf(tests);
        }
    }

    record Any(List<RowTest> tests) implements RowTest {
        public Any {
            tests = List.copyOf(tests);
        }
    }
}
