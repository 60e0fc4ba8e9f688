package io.belvedere.federation.run;

import io.belvedere.federation.plan.Step;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The order that every source is asked for: text by code point, NaN above all numbers, NULL where it is said. */
final class RowOrder {
    /** Compares two values that are not NULL. */
    interface Values {
        int compare(FieldVector one, int i, FieldVector other, int j);
    }

    private final List<Step.SortKey> keys;

    RowOrder(List<Step.SortKey> keys) {
        this.keys = List.copyOf(keys);
    }

    int compare(VectorSchemaRoot one, int i, VectorSchemaRoot other, int j) {
        for (Step.SortKey key : keys) {
            FieldVector left = one.getVector(key.column());
            FieldVector right = other.getVector(key.column());
            boolean leftNull = left.isNull(i);
            boolean rightNull = right.isNull(j);
            int compared = leftNull || rightNull
                    ? nulls(key, leftNull, rightNull)
                    : directed(key, values(left).compare(left, i, right, j));
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    }

    /** How two values compare of which at least one is NULL. */
    static int nulls(Step.SortKey key, boolean leftNull, boolean rightNull) {
        if (leftNull && rightNull) {
            return 0;
        }
        return leftNull == (key.nulls() == Step.NullPlace.FIRST) ? -1 : 1;
    }

    static int directed(Step.SortKey key, int compared) {
        return switch (key.order()) {
            case ASCENDING -> compared;
            case DESCENDING -> -compared;
        };
    }

    /** How values of this vector's type compare. */
    static Values values(FieldVector vector) {
        return switch (vector) {
            case DecimalVector _ ->
                (one, i, other, j) ->
                        ((DecimalVector) one).getObject(i).compareTo(((DecimalVector) other).getObject(j));
            case BitVector _ ->
                (one, i, other, j) -> Integer.compare(((BitVector) one).get(i), ((BitVector) other).get(j));
            case IntVector _ ->
                (one, i, other, j) -> Integer.compare(((IntVector) one).get(i), ((IntVector) other).get(j));
            case BigIntVector _ ->
                (one, i, other, j) -> Long.compare(((BigIntVector) one).get(i), ((BigIntVector) other).get(j));
            // The two zeros are one number to a database.
            case Float8Vector _ ->
                (one, i, other, j) ->
                        Double.compare(((Float8Vector) one).get(i) + 0.0, ((Float8Vector) other).get(j) + 0.0);
            case VarCharVector _ ->
                (one, i, other, j) ->
                        Arrays.compareUnsigned(((VarCharVector) one).get(i), ((VarCharVector) other).get(j));
            case VarBinaryVector _ ->
                (one, i, other, j) ->
                        Arrays.compareUnsigned(((VarBinaryVector) one).get(i), ((VarBinaryVector) other).get(j));
            case DateDayVector _ ->
                (one, i, other, j) -> Integer.compare(((DateDayVector) one).get(i), ((DateDayVector) other).get(j));
            case TimeMicroVector _ ->
                (one, i, other, j) -> Long.compare(((TimeMicroVector) one).get(i), ((TimeMicroVector) other).get(j));
            case TimeStampVector _ ->
                (one, i, other, j) -> Long.compare(((TimeStampVector) one).get(i), ((TimeStampVector) other).get(j));
            // Arrow's vectors are an open set; those above are all that a contract can name.
            default -> throw new IllegalStateException("a type that no contract names");
        };
    }
}
