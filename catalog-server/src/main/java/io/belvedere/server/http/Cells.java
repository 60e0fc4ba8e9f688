package io.belvedere.server.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Base64;
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
 * Arrow cells as text, one form per type on every format: decimals and big integers in full, ISO 8601 for times, Base64 for
 * binary, {@code NaN}, {@code Infinity} and {@code -Infinity}.
 */
final class Cells {
    private static final int MICROS = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter(java.util.Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(TIME)
            .toFormatter(java.util.Locale.ROOT);

    private Cells() {}

    /** The text of a cell that is not NULL. */
    static String text(FieldVector vector, int row) {
        return switch (vector) {
            case BitVector bits -> bits.get(row) == 1 ? "true" : "false";
            case IntVector ints -> Integer.toString(ints.get(row));
            case BigIntVector longs -> Long.toString(longs.get(row));
            case Float8Vector doubles -> Double.toString(doubles.get(row));
            case DecimalVector decimals -> decimals.getObjectNotNull(row).toPlainString();
            case VarCharVector text -> new String(text.get(row), StandardCharsets.UTF_8);
            case VarBinaryVector bytes -> Base64.getEncoder().encodeToString(bytes.get(row));
            case DateDayVector days -> LocalDate.ofEpochDay(days.get(row)).toString();
            case TimeMicroVector times -> TIME.format(LocalTime.ofNanoOfDay(times.get(row) * NANOS_PER_MICRO));
            case TimeStampMicroVector local ->
                TIMESTAMP.format(instant(local.get(row)).atOffset(ZoneOffset.UTC));
            case TimeStampMicroTZVector zoned ->
                TIMESTAMP.format(instant(zoned.get(row)).atOffset(ZoneOffset.UTC)) + "Z";
            default -> throw new IllegalStateException("no contract type is " + vector.getMinorType());
        };
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS), (long) Math.floorMod(micros, MICROS) * NANOS_PER_MICRO);
    }
}
