package io.belvedere.federation.arrow;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.view.ColumnContract.Presence;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Set;
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
import org.jspecify.annotations.Nullable;

/**
 * How a value of each type leaves each kind of database. Integers are read as such only where the database says it sends an
 * integer; anything else goes through an exact decimal, so that a fraction is an error and never cut off.
 */
final class ColumnWriters {
    private static final Set<Integer> INTEGERS = Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT);
    private static final int LONG_DIGITS = 18;
    /** The class of SQL states about a value that cannot be what it was asked to be. */
    private static final String DATA_EXCEPTION = "22";

    private ColumnWriters() {}

    static int fixedBytes(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> DecimalVector.TYPE_WIDTH;
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> 1;
                    case INTEGER, DATE, VARCHAR, VARBINARY -> Integer.BYTES;
                    case BIGINT, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> Long.BYTES;
                };
        };
    }

    static ColumnWriter writer(ResultSet rows, int index, OutputColumn column, SourceKind kind) throws SQLException {
        boolean integer = INTEGERS.contains(rows.getMetaData().getColumnType(index));
        boolean single = rows.getMetaData().getColumnType(index) == Types.REAL;
        TemporalReader temporal = TemporalReader.of(kind);
        Cell cell = switch (column.type()) {
            case DataType.Decimal decimal -> decimal(rows, index, decimal);
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> {
                        yield switch (kind) {
                            case POSTGRESQL -> bool(rows, index);
                            case ORACLE -> exactTruth(rows, index);
                            case SQLSERVER ->
                                rows.getMetaData().getColumnType(index) == Types.BIT
                                        ? bool(rows, index)
                                        : zeroOrOne(rows, index);
                            case MARIADB, MYSQL, DUCKDB, PARQUET, CSV ->
                                integer ? zeroOrOne(rows, index) : bit(rows, index);
                        };
                    }
                    case INTEGER -> integer ? integer(rows, index) : exactInteger(rows, index);
                    case BIGINT -> integer ? bigint(rows, index) : exactBigint(rows, index);
                    case DOUBLE -> single ? real(rows, index) : number(rows, index);
                    case VARCHAR -> text(rows, index);
                    case VARBINARY -> binary(rows, index);
                    case DATE -> date(rows, index, temporal);
                    case TIME -> time(rows, index, temporal);
                    case TIMESTAMP -> timestamp(rows, index, temporal);
                    case TIMESTAMP_WITH_TIME_ZONE -> instant(rows, index, temporal);
                };
        };
        return new Column(cell, column.presence() == Presence.OPTIONAL);
    }

    /** Writes the cursor's value into a vector; {@link #NULL} when it is NULL, else its variable bytes. */
    private interface Cell {
        int NULL = -1;

        int write(FieldVector vector, int row) throws SQLException;
    }

    /** Refuses a NULL where the definition promises none; a vector's places are NULL until they are written. */
    private static final class Column implements ColumnWriter {
        private final Cell cell;
        private final boolean nullable;
        // Set by bind before the first write, by the one thread that reads.
        private @Nullable FieldVector vector;

        Column(Cell cell, boolean nullable) {
            this.cell = cell;
            this.nullable = nullable;
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
            int bytes = cell.write(vector, row);
            if (bytes != Cell.NULL) {
                return bytes;
            }
            if (!nullable) {
                throw DataErrors.unexpectedNull();
            }
            return 0;
        }

        @Override
        public boolean isOfValue(Exception failure) {
            return switch (failure) {
                case SQLDataException _ -> true;
                case SQLException refusal ->
                    refusal.getSQLState() != null && refusal.getSQLState().startsWith(DATA_EXCEPTION);
                default -> DataErrors.isUnfit(failure);
            };
        }
    }

    private static Cell bool(ResultSet rows, int index) {
        return (vector, row) -> {
            boolean value = rows.getBoolean(index);
            if (rows.wasNull()) {
                return Cell.NULL;
            }
            ((BitVector) vector).set(row, value ? 1 : 0);
            return 0;
        };
    }

    /** MariaDB has no boolean: a {@code TINYINT(1)} may hold other numbers, which are neither true nor false. */
    private static Cell zeroOrOne(ResultSet rows, int index) {
        return (vector, row) -> {
            int value = rows.getInt(index);
            if (rows.wasNull()) {
                return Cell.NULL;
            }
            if (value != 0 && value != 1) {
                throw DataErrors.unfit();
            }
            ((BitVector) vector).set(row, value);
            return 0;
        };
    }

    /** Oracle has no boolean: a {@code NUMBER(1)} may hold other numbers, which are neither true nor false. */
    private static Cell exactTruth(ResultSet rows, int index) {
        return (vector, row) -> {
            BigDecimal value = rows.getBigDecimal(index);
            if (value == null) {
                return Cell.NULL;
            }
            if (value.signum() != 0 && value.compareTo(BigDecimal.ONE) != 0) {
                throw DataErrors.unfit();
            }
            ((BitVector) vector).set(row, value.signum());
            return 0;
        };
    }

    /** {@code BIT(1)} comes as one byte. */
    private static Cell bit(ResultSet rows, int index) {
        return (vector, row) -> {
            byte[] bytes = rows.getBytes(index);
            if (bytes == null) {
                return Cell.NULL;
            }
            if (bytes.length != 1 || bytes[0] < 0 || bytes[0] > 1) {
                throw DataErrors.unfit();
            }
            ((BitVector) vector).set(row, bytes[0]);
            return 0;
        };
    }

    private static Cell integer(ResultSet rows, int index) {
        return (vector, row) -> {
            int value = rows.getInt(index);
            if (value == 0 && rows.wasNull()) {
                return Cell.NULL;
            }
            ((IntVector) vector).set(row, value);
            return 0;
        };
    }

    private static Cell exactInteger(ResultSet rows, int index) {
        return (vector, row) -> {
            BigDecimal value = rows.getBigDecimal(index);
            if (value == null) {
                return Cell.NULL;
            }
            try {
                ((IntVector) vector).set(row, value.intValueExact());
            } catch (ArithmeticException e) {
                throw DataErrors.unfit();
            }
            return 0;
        };
    }

    private static Cell bigint(ResultSet rows, int index) {
        return (vector, row) -> {
            long value = rows.getLong(index);
            if (value == 0 && rows.wasNull()) {
                return Cell.NULL;
            }
            ((BigIntVector) vector).set(row, value);
            return 0;
        };
    }

    private static Cell exactBigint(ResultSet rows, int index) {
        return (vector, row) -> {
            BigDecimal value = rows.getBigDecimal(index);
            if (value == null) {
                return Cell.NULL;
            }
            try {
                ((BigIntVector) vector).set(row, value.longValueExact());
            } catch (ArithmeticException e) {
                throw DataErrors.unfit();
            }
            return 0;
        };
    }

    private static Cell number(ResultSet rows, int index) {
        return (vector, row) -> {
            double value = rows.getDouble(index);
            if (value == 0 && rows.wasNull()) {
                return Cell.NULL;
            }
            ((Float8Vector) vector).set(row, value);
            return 0;
        };
    }

    /** A single-precision number, widened as the database itself widens it, so that comparing it here and there is the same. */
    private static Cell real(ResultSet rows, int index) {
        return (vector, row) -> {
            float value = rows.getFloat(index);
            if (value == 0 && rows.wasNull()) {
                return Cell.NULL;
            }
            ((Float8Vector) vector).set(row, value);
            return 0;
        };
    }

    private static Cell decimal(ResultSet rows, int index, DataType.Decimal type) {
        return (vector, row) -> {
            BigDecimal value = rows.getBigDecimal(index);
            if (value == null) {
                return Cell.NULL;
            }
            BigDecimal exact = exact(value, type);
            DecimalVector decimals = (DecimalVector) vector;
            if (exact.precision() <= LONG_DIGITS) {
                decimals.set(row, exact.unscaledValue().longValueExact());
            } else {
                decimals.set(row, exact);
            }
            return 0;
        };
    }

    static BigDecimal exact(BigDecimal value, DataType.Decimal type) {
        try {
            BigDecimal exact = value.scale() == type.scale() ? value : value.setScale(type.scale());
            if (exact.precision() > type.precision()) {
                throw DataErrors.unfit();
            }
            return exact;
        } catch (ArithmeticException e) {
            throw DataErrors.unfit();
        }
    }

    private static Cell text(ResultSet rows, int index) {
        return (vector, row) -> {
            String value = rows.getString(index);
            if (value == null) {
                return Cell.NULL;
            }
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            ((VarCharVector) vector).setSafe(row, bytes);
            return bytes.length;
        };
    }

    private static Cell binary(ResultSet rows, int index) {
        return (vector, row) -> {
            byte[] bytes = rows.getBytes(index);
            if (bytes == null) {
                return Cell.NULL;
            }
            ((VarBinaryVector) vector).setSafe(row, bytes);
            return bytes.length;
        };
    }

    private static Cell date(ResultSet rows, int index, TemporalReader temporal) {
        return (vector, row) -> {
            long days = temporal.days(rows, index);
            if (days == TemporalReader.ABSENT) {
                return Cell.NULL;
            }
            ((DateDayVector) vector).set(row, Math.toIntExact(days));
            return 0;
        };
    }

    private static Cell time(ResultSet rows, int index, TemporalReader temporal) {
        return (vector, row) -> {
            long micros = temporal.timeMicros(rows, index);
            if (micros == TemporalReader.ABSENT) {
                return Cell.NULL;
            }
            ((TimeMicroVector) vector).set(row, micros);
            return 0;
        };
    }

    private static Cell timestamp(ResultSet rows, int index, TemporalReader temporal) {
        return (vector, row) -> moment(vector, row, temporal.timestampMicros(rows, index));
    }

    private static Cell instant(ResultSet rows, int index, TemporalReader temporal) {
        return (vector, row) -> moment(vector, row, temporal.instantMicros(rows, index));
    }

    private static int moment(FieldVector vector, int row, long micros) {
        if (micros == TemporalReader.ABSENT) {
            return Cell.NULL;
        }
        ((TimeStampVector) vector).set(row, micros);
        return 0;
    }
}
