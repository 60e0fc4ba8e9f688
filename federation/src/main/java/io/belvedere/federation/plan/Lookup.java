package io.belvedere.federation.plan;

import io.belvedere.model.TableName;
import io.belvedere.model.expr.Literal;
import java.util.List;

/**
 * A reading of one dimension's rows without the engine: those that pass every test, and of them some columns. Says the same as the
 * fetch's statement. Columns are those of the dimension, by index.
 *
 * @param columns each once
 */
public record Lookup(TableName dimension, List<Test> tests, List<Integer> columns) {
    public Lookup {
        tests = List.copyOf(tests);
        columns = List.copyOf(columns);
    }

    /** What is asked of a row; a NULL passes {@link IsNull} only. */
    public sealed interface Test {}

    /** A column of whole numbers or dates, or for equality of texts, against a constant of its kind. */
    public record Compared(int column, Operator operator, Literal value) implements Test {}

    /** A column that is one of some constants of its kind. */
    public record OneOf(int column, List<Literal> values) implements Test {
        public OneOf {
            values = List.copyOf(values);
        }
    }

    /** A column without a value. */
    public record IsNull(int column) implements Test {}

    /** A column with a value. */
    public record IsNotNull(int column) implements Test {}

    /** Columns that are together one of the keys shipped. */
    public record OneOfKeys(int shipment, List<Integer> columns) implements Test {
        public OneOfKeys {
            columns = List.copyOf(columns);
        }
    }

    /** A comparison. */
    public enum Operator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        AT_MOST,
        GREATER,
        AT_LEAST
    }
}
