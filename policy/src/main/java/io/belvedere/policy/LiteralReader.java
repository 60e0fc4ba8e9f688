package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a constant of a reply as a value of a column's type, without any conversion: a text for {@code varchar}, a whole number
 * in range for {@code integer} and {@code bigint}, a number without rounding for {@code decimal(p,s)}, {@code 2026-01-31} for
 * {@code date}, {@code 2026-01-31T23:59:59.123456Z} for both timestamps. {@code time} and {@code varbinary} have no constants.
 */
final class LiteralReader {
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern TIMESTAMP =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,6})?)Z");
    /** Past this a number is not of this world, and arithmetic with it would cost memory. */
    private static final int EXPONENT_MAX = 400;

    private LiteralReader() {}

    /** The constant, or empty when the value is not one of the type. */
    static Optional<Literal> find(JsonNode value, DataType type) {
        return switch (type) {
            case DataType.Decimal decimal ->
                number(value).filter(number -> fits(number, decimal)).map(Literal.Numeric::new);
            case DataType.Simple simple -> find(value, simple);
        };
    }

    private static Optional<Literal> find(JsonNode value, DataType.Simple type) {
        return switch (type) {
            case BOOLEAN -> value.isBoolean() ? Optional.of(new Literal.Bool(value.booleanValue())) : Optional.empty();
            case INTEGER -> whole(value).filter(_ -> value.canConvertToInt());
            case BIGINT -> whole(value);
            case DOUBLE ->
                number(value)
                        .filter(number -> Double.isFinite(number.doubleValue()))
                        .map(Literal.Numeric::new);
            case VARCHAR -> text(value).map(Literal.Text::new);
            case DATE -> text(value).flatMap(LiteralReader::date);
            case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> text(value).flatMap(LiteralReader::timestamp);
            case TIME, VARBINARY -> Optional.empty();
        };
    }

    private static Optional<Literal> whole(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong()
                ? Optional.of(new Literal.Numeric(BigDecimal.valueOf(value.longValue())))
                : Optional.empty();
    }

    private static Optional<BigDecimal> number(JsonNode value) {
        if (!value.isNumber()) {
            return Optional.empty();
        }
        BigDecimal number = value.decimalValue();
        return Math.abs((long) number.scale()) <= EXPONENT_MAX ? Optional.of(number) : Optional.empty();
    }

    private static boolean fits(BigDecimal number, DataType.Decimal type) {
        BigDecimal shortest = number.stripTrailingZeros();
        return shortest.scale() <= type.scale()
                && shortest.precision() - shortest.scale() <= type.precision() - type.scale();
    }

    /** Unicode without NUL, which no source can hold in a text. */
    private static Optional<String> text(JsonNode value) {
        return value.isTextual() && value.textValue().indexOf('\0') < 0 && Unicode.isWellFormed(value.textValue())
                ? Optional.of(value.textValue())
                : Optional.empty();
    }

    private static Optional<Literal> date(String text) {
        if (!DATE.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Literal.Date(LocalDate.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Literal> timestamp(String text) {
        var form = TIMESTAMP.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Literal.Timestamp(LocalDateTime.parse(form.group(1)).toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
