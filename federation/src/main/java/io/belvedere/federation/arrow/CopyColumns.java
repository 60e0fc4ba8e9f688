package io.belvedere.federation.arrow;

import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.jspecify.annotations.Nullable;

/** Writes one field of a binary COPY's rows into the current batch, with the same refusals as a JDBC cursor's value. */
final class CopyColumns implements ColumnWriter {
    private static final int EPOCH_DAYS =
            Math.toIntExact(LocalDate.of(2000, 1, 1).toEpochDay());
    private static final long EPOCH_MICROS =
            TimeUnit.SECONDS.toMicros(LocalDate.of(2000, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC));

    private final CopyRows rows;
    private final Decoder decoder;
    private final boolean nullable;
    // Set by bind before the first write, by the one thread that reads.
    private @Nullable FieldVector vector;

    CopyColumns(CopyRows rows, Decoder decoder, Presence presence) {
        this.rows = rows;
        this.decoder = decoder;
        this.nullable = presence == Presence.OPTIONAL;
    }

    /** Reads a field that is not NULL. */
    interface Decoder {
        /** The bytes that the value needs beyond its fixed width. */
        int decode(CopyRows rows, int length, FieldVector vector, int row);
    }

    /** How a type of the server is read as a type of ours, where that is exact; empty when a JDBC cursor has to do it. */
    static Optional<Decoder> decoder(String from, DataType to) {
        return switch (to) {
            case DataType.Decimal decimal ->
                from.equals("numeric") ? Optional.of(new CopyNumeric(decimal)) : Optional.empty();
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> only(from.equals("bool"), CopyColumns::bool);
                    case INTEGER ->
                        from.equals("int2")
                                ? Optional.of(CopyColumns::smallInteger)
                                : only(from.equals("int4"), CopyColumns::integer);
                    case BIGINT -> bigint(from);
                    case DOUBLE ->
                        from.equals("float4")
                                ? Optional.of(CopyColumns::real)
                                : only(from.equals("float8"), CopyColumns::number);
                    case VARCHAR ->
                        only(from.equals("text") || from.equals("varchar") || from.equals("bpchar"), CopyColumns::text);
                    case VARBINARY -> only(from.equals("bytea"), CopyColumns::binary);
                    case DATE -> only(from.equals("date"), CopyColumns::date);
                    case TIME -> only(from.equals("time"), CopyColumns::time);
                    case TIMESTAMP -> only(from.equals("timestamp"), CopyColumns::moment);
                    case TIMESTAMP_WITH_TIME_ZONE -> only(from.equals("timestamptz"), CopyColumns::moment);
                };
        };
    }

    private static Optional<Decoder> only(boolean fits, Decoder decoder) {
        return fits ? Optional.of(decoder) : Optional.empty();
    }

    private static Optional<Decoder> bigint(String from) {
        return switch (from) {
            case "int2" -> Optional.of((rows, length, vector, row) -> bigint(vector, row, small(rows, length)));
            case "int4" -> Optional.of((rows, length, vector, row) -> bigint(vector, row, medium(rows, length)));
            case "int8" -> Optional.of((rows, length, vector, row) -> bigint(vector, row, large(rows, length)));
            default -> Optional.empty();
        };
    }

    @Override
    public void bind(FieldVector next) {
        vector = next;
    }

    @Override
    public int write(int row) throws SQLException {
        if (vector == null) {
            throw new IllegalStateException("no batch");
        }
        int length = rows.field();
        if (length < 0) {
            if (!nullable) {
                throw DataErrors.unexpectedNull();
            }
            return 0;
        }
        try {
            return decoder.decode(rows, length, vector, row);
        } finally {
            // Also past a value that does not fit: whoever reads on stands at the next field.
            rows.pass(length);
        }
    }

    /** What the server itself says ends its rows. */
    @Override
    public boolean isOfValue(Exception failure) {
        return DataErrors.isUnfit(failure);
    }

    private static void requireLength(int length, int expected) {
        if (length != expected) {
            throw DataErrors.unfit();
        }
    }

    private static int small(CopyRows rows, int length) {
        requireLength(length, Short.BYTES);
        return rows.shortAt(rows.position());
    }

    private static int medium(CopyRows rows, int length) {
        requireLength(length, Integer.BYTES);
        return rows.intAt(rows.position());
    }

    private static long large(CopyRows rows, int length) {
        requireLength(length, Long.BYTES);
        return rows.longAt(rows.position());
    }

    private static int bool(CopyRows rows, int length, FieldVector vector, int row) {
        requireLength(length, 1);
        ((BitVector) vector).set(row, rows.bytes()[rows.position()]);
        return 0;
    }

    private static int smallInteger(CopyRows rows, int length, FieldVector vector, int row) {
        ((IntVector) vector).set(row, small(rows, length));
        return 0;
    }

    private static int integer(CopyRows rows, int length, FieldVector vector, int row) {
        ((IntVector) vector).set(row, medium(rows, length));
        return 0;
    }

    private static int bigint(FieldVector vector, int row, long value) {
        ((BigIntVector) vector).set(row, value);
        return 0;
    }

    /** A single-precision number, widened as the database itself widens it. */
    private static int real(CopyRows rows, int length, FieldVector vector, int row) {
        ((Float8Vector) vector).set(row, Float.intBitsToFloat(medium(rows, length)));
        return 0;
    }

    private static int number(CopyRows rows, int length, FieldVector vector, int row) {
        ((Float8Vector) vector).set(row, Double.longBitsToDouble(large(rows, length)));
        return 0;
    }

    private static int text(CopyRows rows, int length, FieldVector vector, int row) {
        ((VarCharVector) vector).setSafe(row, rows.bytes(), rows.position(), length);
        return length;
    }

    private static int binary(CopyRows rows, int length, FieldVector vector, int row) {
        ((VarBinaryVector) vector).setSafe(row, rows.bytes(), rows.position(), length);
        return length;
    }

    private static int date(CopyRows rows, int length, FieldVector vector, int row) {
        int days = medium(rows, length);
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            throw DataErrors.unfit();
        }
        ((DateDayVector) vector).set(row, days + EPOCH_DAYS);
        return 0;
    }

    private static int time(CopyRows rows, int length, FieldVector vector, int row) {
        ((TimeMicroVector) vector).set(row, large(rows, length));
        return 0;
    }

    private static int moment(CopyRows rows, int length, FieldVector vector, int row) {
        long micros = large(rows, length);
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            throw DataErrors.unfit();
        }
        ((TimeStampVector) vector).set(row, micros + EPOCH_MICROS);
        return 0;
    }
}
