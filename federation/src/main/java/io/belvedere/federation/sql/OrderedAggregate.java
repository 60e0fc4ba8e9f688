package io.belvedere.federation.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.util.Optionality;

/**
 * An aggregate of values in an order, together with its constants. It is a function of its own for every separator, fraction and order, so that an
 * aggregate has nothing but columns as operands: the value, and what the values are sorted by. NULL is left out; where nothing is left the
 * answer is NULL. Immutable.
 */
public final class OrderedAggregate extends SqlAggFunction {
    private final Meaning meaning;

    private OrderedAggregate(String name, SqlReturnTypeInference type, Meaning meaning) {
        super(
                name,
                null,
                SqlKind.OTHER_FUNCTION,
                type.andThen(SqlTypeTransforms.FORCE_NULLABLE),
                null,
                OperandTypes.ONE_OR_MORE,
                SqlFunctionCategory.USER_DEFINED_FUNCTION,
                false,
                false,
                Optionality.FORBIDDEN);
        this.meaning = meaning;
    }

    /** What it makes of its values. */
    public sealed interface Meaning {}

    /**
     * The texts behind each other.
     *
     * @param separator stands between two of them
     * @param order of the operands behind the first, one each; where they leave two alike, and where there are none, the texts themselves decide
     */
    public record Joined(String separator, List<Direction> order) implements Meaning {
        public Joined {
            order = List.copyOf(order);
        }
    }

    /**
     * The value at a fraction of the way from the least to the greatest of doubles, between the two nearest where it falls between.
     *
     * @param fraction from 0 to 1, in plain digits
     */
    public record Between(String fraction) implements Meaning {}

    /**
     * The first value that at least such a fraction of all values does not exceed.
     *
     * @param fraction from 0 to 1, in plain digits
     */
    public record At(String fraction) implements Meaning {}

    /** How an operand sorts. */
    public enum Direction {
        ASCENDING_NULLS_LAST("ASC NULLS LAST"),
        ASCENDING_NULLS_FIRST("ASC NULLS FIRST"),
        DESCENDING_NULLS_LAST("DESC NULLS LAST"),
        DESCENDING_NULLS_FIRST("DESC NULLS FIRST");

        private final String words;

        Direction(String words) {
            this.words = words;
        }

        /** As it stands behind a column in ORDER BY. */
        public String words() {
            return words;
        }
    }

    static OrderedAggregate joined(String separator, List<Direction> order) {
        return new OrderedAggregate("STRING_AGG", ReturnTypes.ARG0, new Joined(separator, order));
    }

    static OrderedAggregate between(String fraction) {
        return new OrderedAggregate("PERCENTILE_CONT", ReturnTypes.DOUBLE, new Between(fraction));
    }

    static OrderedAggregate at(String fraction) {
        return new OrderedAggregate("PERCENTILE_DISC", ReturnTypes.ARG0, new At(fraction));
    }

    public Meaning meaning() {
        return meaning;
    }

    /** Functions are looked for by name; this one is none of a list. */
    @Override
    public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
        for (SqlNode operand : call.getOperandList()) {
            RelDataType type = validator.deriveType(scope, operand);
            if (type == null) {
                throw new IllegalStateException("every operand has a type");
            }
        }
        return validateOperands(validator, scope, call);
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof OrderedAggregate same && meaning.equals(same.meaning);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + meaning.hashCode();
    }

    /** With its constants: plans are told apart by their words. */
    @Override
    public String toString() {
        return getName() + " " + meaning;
    }
}
