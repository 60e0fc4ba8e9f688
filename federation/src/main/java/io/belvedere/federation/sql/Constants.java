package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;

import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** Typed constants as nodes of a tree; a value never becomes text that is parsed again. */
public final class Constants {
    private static final int DIGITS_MAX = 38;
    private static final int MICROSECONDS = 6;

    private Constants() {}

    /** The value as a node; empty is NULL. Throws {@link SqlProblem} for a value that no column could hold. */
    static SqlNode toSql(Optional<Literal> value, SqlParserPos place) {
        if (value.isEmpty()) {
            return SqlLiteral.createNull(place);
        }
        return switch (value.get()) {
            case Literal.Text(String text) -> text(text, place);
            case Literal.Numeric(BigDecimal number) -> number(number, place);
            case Literal.Bool(boolean flag) -> SqlLiteral.createBoolean(flag, place);
            case Literal.Date(LocalDate date) -> date(date, place);
            case Literal.Timestamp(Instant instant) -> timestamp(instant, place);
        };
    }

    static SqlNode text(String text, SqlParserPos place) {
        if (!SqlText.isClean(text)) {
            throw SqlProblem.at(QUERY_INVALID, place, "A text is not valid Unicode or holds a NUL character.");
        }
        return SqlLiteral.createCharString(text, place);
    }

    static SqlNode date(LocalDate date, SqlParserPos place) {
        requireYear(date, place);
        return SqlLiteral.createDate(dateString(date), place);
    }

    /** The instant in UTC, in microseconds. */
    static SqlNode timestamp(Instant instant, SqlParserPos place) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        requireYear(utc.toLocalDate(), place);
        return SqlLiteral.createTimestamp(SqlTypeName.TIMESTAMP, timestampString(instant), MICROSECONDS, place);
    }

    /** The date as Calcite writes it; years 1 to 9999. */
    public static DateString dateString(LocalDate date) {
        return new DateString(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }

    /** The instant in UTC as Calcite writes it, cut to microseconds; years 1 to 9999. */
    public static TimestampString timestampString(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
        return new TimestampString(
                        utc.getYear(),
                        utc.getMonthValue(),
                        utc.getDayOfMonth(),
                        utc.getHour(),
                        utc.getMinute(),
                        utc.getSecond())
                .withNanos(utc.getNano());
    }

    /** Whether a date can be written in every dialect. */
    public static boolean isWritable(LocalDate date) {
        return date.getYear() >= 1 && date.getYear() <= 9999;
    }

    /** Whether a value can be written in every dialect. */
    static boolean isWritable(Literal value) {
        return switch (value) {
            case Literal.Text(String text) -> SqlText.isClean(text);
            case Literal.Numeric(BigDecimal number) -> fits(number);
            case Literal.Bool _ -> true;
            case Literal.Date(LocalDate date) -> isWritable(date);
            case Literal.Timestamp(Instant instant) -> isWritable(LocalDate.ofInstant(instant, ZoneOffset.UTC));
        };
    }

    static boolean isCount(Optional<Literal> value) {
        return value.isPresent()
                && value.get() instanceof Literal.Numeric(BigDecimal number)
                && number.signum() >= 0
                && fits(number)
                && number.stripTrailingZeros().scale() <= 0
                && number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
    }

    private static SqlNode number(BigDecimal number, SqlParserPos place) {
        if (!fits(number)) {
            throw SqlProblem.at(QUERY_INVALID, place, "A number has more than " + DIGITS_MAX + " digits.");
        }
        return SqlLiteral.createExactNumeric(number.toPlainString(), place);
    }

    /** Whether the plain form of the number has at most 38 digits on both sides of the point together. */
    private static boolean fits(BigDecimal number) {
        long whole = Math.max(1, (long) number.precision() - number.scale());
        long fraction = Math.max(0, number.scale());
        return whole + fraction <= DIGITS_MAX;
    }

    private static void requireYear(LocalDate date, SqlParserPos place) {
        if (!isWritable(date)) {
            throw SqlProblem.at(QUERY_INVALID, place, "A date has a year from 1 to 9999.");
        }
    }
}
