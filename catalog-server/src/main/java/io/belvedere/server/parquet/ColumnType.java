package io.belvedere.server.parquet;

import io.belvedere.model.DataType;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * How values of a contract type stand in a file: the physical type, and what it means
 * (<a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">logical types</a>). Exact: decimals in full, times in
 * microseconds, instants told apart from local times.
 *
 * @param physical the physical type's number
 * @param length bytes of a value of fixed length; 0 for others
 * @param meaning writes the rest of the schema's element: what older readers know, and the logical type
 * @param values writes a value that is there
 */
record ColumnType(int physical, int length, UnaryOperator<CompactWriter> meaning, Values values) {
    private static final int BOOLEAN = 0;
    private static final int INT32 = 1;
    private static final int INT64 = 2;
    private static final int DOUBLE = 5;
    private static final int BYTE_ARRAY = 6;
    private static final int FIXED_LEN_BYTE_ARRAY = 7;

    private static final int CONVERTED = 6;
    private static final int CONVERTED_UTF8 = 0;
    private static final int CONVERTED_DECIMAL = 5;
    private static final int CONVERTED_DATE = 6;
    private static final int CONVERTED_TIMESTAMP_MICROS = 10;
    private static final int LOGICAL = 10;
    private static final int LOGICAL_STRING = 1;
    private static final int LOGICAL_DECIMAL = 5;
    private static final int LOGICAL_DATE = 6;
    private static final int LOGICAL_TIME = 7;
    private static final int LOGICAL_TIMESTAMP = 8;
    private static final int UNIT_MICROS = 2;

    /** Digits that always fit into 64 bits. */
    private static final int LONG_DIGITS = 18;

    private static final int DECIMAL_BYTES = 16;

    @FunctionalInterface
    private interface Values {
        void write(PlainValues values, FieldVector vector, int row);
    }

    void write(PlainValues to, FieldVector vector, int row) {
        values.write(to, vector, row);
    }

    static ColumnType of(DataType type) {
        return switch (type) {
            case DataType.Decimal(int precision, int scale) -> decimal(precision, scale);
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> plain(BOOLEAN, (to, vector, row) -> to.bit(((BitVector) vector).get(row) == 1));
                    case INTEGER -> plain(INT32, (to, vector, row) -> to.int32(((IntVector) vector).get(row)));
                    case BIGINT -> plain(INT64, (to, vector, row) -> to.int64(((BigIntVector) vector).get(row)));
                    case DOUBLE ->
                        plain(
                                DOUBLE,
                                (to, vector, row) ->
                                        to.int64(Double.doubleToRawLongBits(((Float8Vector) vector).get(row))));
                    case VARCHAR ->
                        new ColumnType(
                                BYTE_ARRAY,
                                0,
                                to -> to.field(CONVERTED, CONVERTED_UTF8)
                                        .struct(LOGICAL)
                                        .struct(LOGICAL_STRING)
                                        .end()
                                        .end(),
                                (to, vector, row) -> to.binary(((VarCharVector) vector).get(row)));
                    case VARBINARY ->
                        plain(BYTE_ARRAY, (to, vector, row) -> to.binary(((VarBinaryVector) vector).get(row)));
                    case DATE ->
                        new ColumnType(
                                INT32,
                                0,
                                to -> to.field(CONVERTED, CONVERTED_DATE)
                                        .struct(LOGICAL)
                                        .struct(LOGICAL_DATE)
                                        .end()
                                        .end(),
                                (to, vector, row) -> to.int32(((DateDayVector) vector).get(row)));
                    // What older readers know of times is UTC's; a local time has the logical type only.
                    case TIME ->
                        new ColumnType(
                                INT64,
                                0,
                                to -> micros(to, LOGICAL_TIME, false),
                                (to, vector, row) -> to.int64(((TimeMicroVector) vector).get(row)));
                    case TIMESTAMP ->
                        new ColumnType(
                                INT64,
                                0,
                                to -> micros(to, LOGICAL_TIMESTAMP, false),
                                (to, vector, row) -> to.int64(((TimeStampMicroVector) vector).get(row)));
                    case TIMESTAMP_WITH_TIME_ZONE ->
                        new ColumnType(
                                INT64,
                                0,
                                to -> micros(to.field(CONVERTED, CONVERTED_TIMESTAMP_MICROS), LOGICAL_TIMESTAMP, true),
                                (to, vector, row) -> to.int64(((TimeStampMicroTZVector) vector).get(row)));
                };
        };
    }

    private static ColumnType plain(int physical, Values values) {
        return new ColumnType(physical, 0, to -> to, values);
    }

    private static ColumnType decimal(int precision, int scale) {
        UnaryOperator<CompactWriter> meaning = to -> to.field(CONVERTED, CONVERTED_DECIMAL)
                .field(7, scale)
                .field(8, precision)
                .struct(LOGICAL)
                .struct(LOGICAL_DECIMAL)
                .field(1, scale)
                .field(2, precision)
                .end()
                .end();
        return precision <= LONG_DIGITS
                ? new ColumnType(
                        INT64,
                        0,
                        meaning,
                        (to, vector, row) -> to.int64(((DecimalVector) vector)
                                .getObjectNotNull(row)
                                .unscaledValue()
                                .longValueExact()))
                : new ColumnType(
                        FIXED_LEN_BYTE_ARRAY,
                        DECIMAL_BYTES,
                        meaning,
                        (to, vector, row) -> to.fixed(
                                ((DecimalVector) vector).getObjectNotNull(row).unscaledValue(), DECIMAL_BYTES));
    }

    private static CompactWriter micros(CompactWriter to, int logical, boolean utc) {
        return to.struct(LOGICAL)
                .struct(logical)
                .field(1, utc)
                .struct(2)
                .struct(UNIT_MICROS)
                .end()
                .end()
                .end()
                .end();
    }
}
