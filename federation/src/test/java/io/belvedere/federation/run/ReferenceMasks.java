package io.belvedere.federation.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.belvedere.federation.hash.ReferenceHash;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Mask;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** The masks once more, in plain Java over plain values, from what their documentation says. */
final class ReferenceMasks {
    private static final String STARS = "***";
    private static final byte[] KEY = "2".repeat(32).getBytes(UTF_8);
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    private ReferenceMasks() {}

    /**
     * @param value a String, BigDecimal, LocalDate, LocalDateTime or byte[]; null for NULL
     */
    static Object masked(Mask mask, String view, String column, DataType type, Object value) {
        if (mask instanceof Mask.Null) {
            return null;
        }
        if (mask instanceof Mask.Constant(Literal constant)) {
            return constant(constant);
        }
        if (value == null) {
            return null;
        }
        return switch (mask) {
            case Mask.None _ -> value;
            case Mask.Hidden _, Mask.Null _, Mask.Constant _ -> throw new IllegalStateException();
            case Mask.Redact _ -> STARS;
            case Mask.KeepFirst(int count) -> keepFirst((String) value, count);
            case Mask.KeepLast(int count) -> keepLast((String) value, count);
            case Mask.Email _ -> email((String) value);
            case Mask.DateTrunc(var unit) ->
                value instanceof LocalDate day
                        ? first(unit, day)
                        : first(unit, ((LocalDateTime) value).toLocalDate()).atStartOfDay();
            case Mask.Bucket(long width) -> bucket((BigDecimal) value, BigDecimal.valueOf(width), least(type));
            case Mask.Hash(String salt, var _) ->
                value instanceof byte[] bytes
                        ? ReferenceHash.of("k2", KEY, view, column, salt, bytes)
                        : ReferenceHash.of("k2", KEY, view, column, salt, text(type, value));
        };
    }

    private static Object constant(Literal constant) {
        return switch (constant) {
            case Literal.Text(String text) -> text;
            case Literal.Numeric(BigDecimal number) -> number;
            case Literal.Bool(boolean truth) -> truth;
            case Literal.Date(LocalDate day) -> day;
            case Literal.Timestamp(var instant) -> LocalDateTime.ofInstant(instant, java.time.ZoneOffset.UTC);
        };
    }

    private static int[] points(String text) {
        return text.codePoints().toArray();
    }

    private static String keepFirst(String text, int count) {
        int[] points = points(text);
        return points.length > count ? new String(points, 0, count) + STARS : STARS;
    }

    private static String keepLast(String text, int count) {
        int[] points = points(text);
        return points.length > count ? STARS + new String(points, points.length - count, count) : STARS;
    }

    private static String email(String text) {
        int at = text.indexOf('@');
        return at < 0 ? STARS : new String(points(text), 0, 1) + STARS + text.substring(at);
    }

    private static LocalDate first(Mask.DateTrunc.Unit unit, LocalDate day) {
        return switch (unit) {
            case MONTH -> day.withDayOfMonth(1);
            case QUARTER -> LocalDate.of(day.getYear(), (day.getMonthValue() - 1) / 3 * 3 + 1, 1);
            case YEAR -> LocalDate.of(day.getYear(), 1, 1);
        };
    }

    private static BigDecimal bucket(BigDecimal value, BigDecimal width, BigDecimal least) {
        BigDecimal multiple = value.divide(width, 0, RoundingMode.FLOOR).multiply(width);
        return multiple.max(least);
    }

    private static BigDecimal least(DataType type) {
        return switch (type) {
            case DataType.Decimal(int precision, int scale) ->
                BigDecimal.TEN
                        .pow(precision)
                        .subtract(BigDecimal.ONE)
                        .movePointLeft(scale)
                        .negate();
            case DataType.Simple simple ->
                BigDecimal.valueOf(simple == DataType.Simple.INTEGER ? Integer.MIN_VALUE : Long.MIN_VALUE);
        };
    }

    private static String text(DataType type, Object value) {
        return switch (value) {
            case BigDecimal number ->
                number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
            case LocalDateTime moment ->
                MOMENT.format(moment) + (type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE ? "Z" : "");
            default -> value.toString();
        };
    }
}
