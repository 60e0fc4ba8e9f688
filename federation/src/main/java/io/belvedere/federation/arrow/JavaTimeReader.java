package io.belvedere.federation.arrow;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * Oracle and SQL Server: the classes of {@code java.time}, in which no zone of this machine has a part. A fraction below a microsecond
 * does not fit.
 */
enum JavaTimeReader implements TemporalReader {
    INSTANCE;

    private static final long SECOND_MICROS = 1_000_000;
    private static final int MICRO_NANOS = 1_000;

    /** Oracle's DATE has a time of day; of a column that is defined as a date it is cut off in the statement. */
    @Override
    public long days(ResultSet rows, int index) throws SQLException {
        LocalDateTime value = rows.getObject(index, LocalDateTime.class);
        if (value == null) {
            return ABSENT;
        }
        if (!value.toLocalTime().equals(LocalTime.MIDNIGHT)) {
            throw DataErrors.unfit();
        }
        return value.toLocalDate().toEpochDay();
    }

    @Override
    public long timeMicros(ResultSet rows, int index) throws SQLException {
        LocalTime value = rows.getObject(index, LocalTime.class);
        return value == null ? ABSENT : micros(value.toSecondOfDay(), value.get(ChronoField.NANO_OF_SECOND));
    }

    @Override
    public long timestampMicros(ResultSet rows, int index) throws SQLException {
        LocalDateTime value = rows.getObject(index, LocalDateTime.class);
        return value == null
                ? ABSENT
                : micros(value.toEpochSecond(ZoneOffset.UTC), value.get(ChronoField.NANO_OF_SECOND));
    }

    @Override
    public long instantMicros(ResultSet rows, int index) throws SQLException {
        OffsetDateTime value = rows.getObject(index, OffsetDateTime.class);
        return value == null ? ABSENT : micros(value.toEpochSecond(), value.getNano());
    }

    private static long micros(long seconds, int nanos) {
        if (nanos % MICRO_NANOS != 0) {
            throw DataErrors.unfit();
        }
        return seconds * SECOND_MICROS + nanos / MICRO_NANOS;
    }
}
