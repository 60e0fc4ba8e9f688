package io.belvedere.federation.arrow;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** PostgreSQL: the driver's java.time values; it stands infinity for the largest and smallest of each. */
enum PostgresTemporalReader implements TemporalReader {
    INSTANCE;

    private static final long SECOND_MICROS = 1_000_000;
    private static final long DAY_MICROS = ChronoUnit.DAYS.getDuration().toSeconds() * SECOND_MICROS;
    private static final int MICRO_NANOS = 1_000;

    @Override
    public long days(ResultSet rows, int index) throws SQLException {
        LocalDate value = rows.getObject(index, LocalDate.class);
        if (value == null) {
            return ABSENT;
        }
        if (value.equals(LocalDate.MAX) || value.equals(LocalDate.MIN)) {
            throw DataErrors.unfit();
        }
        return value.toEpochDay();
    }

    @Override
    public long timeMicros(ResultSet rows, int index) throws SQLException {
        LocalTime value = rows.getObject(index, LocalTime.class);
        if (value == null) {
            return ABSENT;
        }
        return value.equals(LocalTime.MAX) ? DAY_MICROS : value.toNanoOfDay() / MICRO_NANOS;
    }

    @Override
    public long timestampMicros(ResultSet rows, int index) throws SQLException {
        LocalDateTime value = rows.getObject(index, LocalDateTime.class);
        if (value == null) {
            return ABSENT;
        }
        if (value.equals(LocalDateTime.MAX) || value.equals(LocalDateTime.MIN)) {
            throw DataErrors.unfit();
        }
        return micros(value.toInstant(ZoneOffset.UTC));
    }

    @Override
    public long instantMicros(ResultSet rows, int index) throws SQLException {
        OffsetDateTime value = rows.getObject(index, OffsetDateTime.class);
        if (value == null) {
            return ABSENT;
        }
        if (value.equals(OffsetDateTime.MAX) || value.equals(OffsetDateTime.MIN)) {
            throw DataErrors.unfit();
        }
        return micros(value.toInstant());
    }

    private static long micros(Instant value) {
        return Math.addExact(Math.multiplyExact(value.getEpochSecond(), SECOND_MICROS), value.getNano() / MICRO_NANOS);
    }
}
