package io.belvedere.federation.run;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.DataType;
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
    private interface Values {
        int compare(FieldVector one, int i, FieldVector other, int j);
    }

    private final List<Step.SortKey> keys;
    private final List<Values> values;

    RowOrder(List<Step.SortKey> keys, List<OutputColumn> columns) {
        this.keys = List.copyOf(keys);
        this.values = keys.stream()
                .map(key -> values(columns.get(key.column()).type()))
                .toList();
    }

    int compare(VectorSchemaRoot one, int i, VectorSchemaRoot other, int j) {
        for (int k = 0; k < keys.size(); k++) {
            Step.SortKey key = keys.get(k);
            FieldVector left = one.getVector(key.column());
            FieldVector right = other.getVector(key.column());
            boolean leftNull = left.isNull(i);
            boolean rightNull = right.isNull(j);
            if (leftNull && rightNull) {
                continue;
            }
            if (leftNull || rightNull) {
                return leftNull == (key.nulls() == Step.NullPlace.FIRST) ? -1 : 1;
            }
            int compared = values.get(k).compare(left, i, right, j);
            if (compared != 0) {
                return key.order() == Step.Order.ASCENDING ? compared : -compared;
            }
        }
        return 0;
    }

    private static Values values(DataType type) {
        return switch (type) {
            case DataType.Decimal _ ->
                (one, i, other, j) ->
                        ((DecimalVector) one).getObject(i).compareTo(((DecimalVector) other).getObject(j));
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN ->
                        (one, i, other, j) -> Integer.compare(((BitVector) one).get(i), ((BitVector) other).get(j));
                    case INTEGER ->
                        (one, i, other, j) -> Integer.compare(((IntVector) one).get(i), ((IntVector) other).get(j));
                    case BIGINT ->
                        (one, i, other, j) -> Long.compare(((BigIntVector) one).get(i), ((BigIntVector) other).get(j));
                    // The two zeros are one number to a database.
                    case DOUBLE ->
                        (one, i, other, j) ->
                                Double.compare(((Float8Vector) one).get(i) + 0.0, ((Float8Vector) other).get(j) + 0.0);
                    case VARCHAR ->
                        (one, i, other, j) ->
                                Arrays.compareUnsigned(((VarCharVector) one).get(i), ((VarCharVector) other).get(j));
                    case VARBINARY ->
                        (one, i, other, j) -> Arrays.compareUnsigned(
                                ((VarBinaryVector) one).get(i), ((VarBinaryVector) other).get(j));
                    case DATE ->
                        (one, i, other, j) ->
                                Integer.compare(((DateDayVector) one).get(i), ((DateDayVector) other).get(j));
                    case TIME ->
                        (one, i, other, j) ->
                                Long.compare(((TimeMicroVector) one).get(i), ((TimeMicroVector) other).get(j));
                    case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE ->
                        (one, i, other, j) ->
                                Long.compare(((TimeStampVector) one).get(i), ((TimeStampVector) other).get(j));
                };
        };
    }
}
