package io.belvedere.federation.dimension;

import io.belvedere.model.DataType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One column of a key: its values as {@code Long}, {@code BigDecimal} or bytes, each equal exactly where SQL says so. Text is equal by code
 * point, decimals and floating numbers by value.
 */
sealed interface KeyColumn {
    /** The place of the column in a batch. */
    int at();

    /** A value that is asked for in the one form that cells are compared with; one that no cell can have is a form of its own. */
    Object canonical(Object value);

    int hash(Object canonical);

    int hash(VectorSchemaRoot batch, int row);

    boolean equals(VectorSchemaRoot batch, int row, Object canonical);

    boolean equals(VectorSchemaRoot batch, int row, VectorSchemaRoot other, int otherRow);

    default boolean isNull(VectorSchemaRoot batch, int row) {
        return batch.getVector(at()).isNull(row);
    }

    static KeyColumn of(DataType type, int at) {
        return switch (type) {
            case DataType.Decimal decimal -> new Decimals(at, decimal.scale());
            case DataType.Simple simple -> of(simple, at);
        };
    }

    private static KeyColumn of(DataType.Simple type, int at) {
        return switch (type) {
            case VARCHAR, VARBINARY -> new Bytes(at);
            case BOOLEAN, INTEGER, BIGINT, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE ->
                new Numbers(at, type);
        };
    }

    /** Everything that fits 64 bits. */
    record Numbers(int at, DataType.Simple type) implements KeyColumn {
        @Override
        public Object canonical(Object value) {
            return switch (value) {
                case Double number -> bits(number);
                case Number whole ->
                    type == DataType.Simple.DOUBLE ? (Object) bits(whole.doubleValue()) : whole.longValue();
                case Boolean truth -> truth ? 1L : 0L;
                case LocalDate date -> date.toEpochDay();
                case LocalTime time -> time.toNanoOfDay() / 1_000;
                case LocalDateTime moment -> micros(moment.toInstant(ZoneOffset.UTC));
                case OffsetDateTime moment -> micros(moment.toInstant());
                case Instant moment -> micros(moment);
                default -> value;
            };
        }

        @Override
        public int hash(Object canonical) {
            return canonical.hashCode();
        }

        @Override
        public int hash(VectorSchemaRoot batch, int row) {
            return Long.hashCode(value(batch, row));
        }

        @Override
        public boolean equals(VectorSchemaRoot batch, int row, Object canonical) {
            return canonical instanceof Long number && number == value(batch, row);
        }

        @Override
        public boolean equals(VectorSchemaRoot batch, int row, VectorSchemaRoot other, int otherRow) {
            return value(batch, row) == value(other, otherRow);
        }

        private long value(VectorSchemaRoot batch, int row) {
            return switch (batch.getVector(at)) {
                case BitVector bits -> bits.get(row);
                case IntVector numbers -> numbers.get(row);
                case BigIntVector numbers -> numbers.get(row);
                case Float8Vector numbers -> bits(numbers.get(row));
                case DateDayVector days -> days.get(row);
                case TimeMicroVector times -> times.get(row);
                case TimeStampVector moments -> moments.get(row);
                default -> throw new IllegalStateException("a key column is of another type than its definition");
            };
        }

        private static long micros(Instant moment) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
        }

        /** One pattern for both zeros. */
        private static long bits(double number) {
            return Double.doubleToLongBits(number == 0 ? 0.0 : number);
        }
    }

    /** Text and bytes. */
    record Bytes(int at) implements KeyColumn {
        @Override
        public Object canonical(Object value) {
            return value instanceof byte[] ? value : value.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int hash(Object canonical) {
            return Arrays.hashCode((byte[]) canonical);
        }

        @Override
        public int hash(VectorSchemaRoot batch, int row) {
            return Arrays.hashCode(value(batch, row));
        }

        @Override
        public boolean equals(VectorSchemaRoot batch, int row, Object canonical) {
            return Arrays.equals(value(batch, row), (byte[]) canonical);
        }

        @Override
        public boolean equals(VectorSchemaRoot batch, int row, VectorSchemaRoot other, int otherRow) {
            return Arrays.equals(value(batch, row), value(other, otherRow));
        }

        private byte[] value(VectorSchemaRoot batch, int row) {
            BaseVariableWidthVector values = (BaseVariableWidthVector) batch.getVector(at);
            int start = values.getStartOffset(row);
            byte[] value = new byte[values.getEndOffset(row) - start];
            values.getDataBuffer().getBytes(start, value);
            return value;
        }
    }

    /** Exact decimals of one scale. */
    record Decimals(int at, int scale) implements KeyColumn {
        @Override
        public Object canonical(Object value) {
            BigDecimal number = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
            try {
                return number.setScale(scale, RoundingMode.UNNECESSARY);
            } catch (ArithmeticException _) {
                return number; // has digits that no cell has
            }
        }

        @Override
        public int hash(Object canonical) {
            return canonical.hashCode();
        }

        @Override
        public int hash(VectorSchemaRoot batch, int row) {
            return value(batch, row).hashCode();
        }

        @Override
        public boolean equals(VectorSchemaRoot batch, int row, Object canonical) {
            return canonical instanceof BigDecimal number && value(batch, row).compareTo(number) == 0;
        }

        @Override
        public boolean equals(VectorSchemaRoot batch, int row, VectorSchemaRoot other, int otherRow) {
            return value(batch, row).compareTo(value(other, otherRow)) == 0;
        }

        private BigDecimal value(VectorSchemaRoot batch, int row) {
            return ((DecimalVector) batch.getVector(at)).getObject(row);
        }
    }
}
