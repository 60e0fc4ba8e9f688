package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.federation.sql.Constants;
import io.belvedere.federation.sql.Types;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract.Presence;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** Policy's typed constants as Calcite's literals; never text that is parsed. */
final class Literals {
    private static final int MICROSECONDS = 6;
    private static final int DIGITS_MAX = 38;

    private Literals() {}

    /** The constant beside a column of the type; throws {@code PLAN_REFUSED} where the two cannot be compared. */
    static RexNode toRex(RexBuilder rex, Literal literal, DataType type) {
        return switch (literal) {
            case Literal.Text(String text) when type == DataType.Simple.VARCHAR -> text(rex, text);
            case Literal.Bool(boolean flag) when type == DataType.Simple.BOOLEAN -> rex.makeLiteral(flag);
            case Literal.Date(LocalDate date)
            when type == DataType.Simple.DATE && Constants.isWritable(date) -> rex.makeDateLiteral(date(date));
            case Literal.Timestamp(Instant instant)
            when isTimestamp(type) && isWritable(instant) -> timestamp(rex, instant, type);
            case Literal.Numeric(BigDecimal number) when isNumber(type) -> number(rex, number, type);
            default -> throw PLAN_REFUSED.error("A constant of the policy does not fit the type of its column.");
        };
    }

    private static RexNode text(RexBuilder rex, String text) {
        return rex.makeLiteral(text);
    }

    private static RexNode timestamp(RexBuilder rex, Instant instant, DataType type) {
        TimestampString utc = Constants.timestampString(instant);
        return type == DataType.Simple.TIMESTAMP
                ? rex.makeTimestampLiteral(utc, MICROSECONDS)
                : rex.makeTimestampWithLocalTimeZoneLiteral(utc, MICROSECONDS);
    }

    /** In the column's own type where it fits, so that nothing is cast; else as the exact number that it is. */
    private static RexNode number(RexBuilder rex, BigDecimal number, DataType type) {
        BigDecimal plain = number.stripTrailingZeros();
        BigDecimal exact = plain.scale() < 0 ? plain.setScale(0) : plain;
        if (exact.precision() > DIGITS_MAX || exact.scale() > DIGITS_MAX) {
            throw PLAN_REFUSED.error("A number of the policy has more than " + DIGITS_MAX + " digits.");
        }
        RelDataType column = Types.toCalcite(rex.getTypeFactory(), type, Presence.REQUIRED);
        if (type == DataType.Simple.DOUBLE) {
            return rex.makeApproxLiteral(exact, column);
        }
        return fits(exact, type) ? rex.makeExactLiteral(exact, column) : rex.makeExactLiteral(exact);
    }

    private static boolean fits(BigDecimal number, DataType type) {
        return switch (type) {
            case DataType.Decimal(int precision, int scale) ->
                number.scale() <= scale && number.precision() - number.scale() <= precision - scale;
            case DataType.Simple simple ->
                number.scale() == 0
                        && number.abs()
                                        .compareTo(BigDecimal.valueOf(
                                                simple == DataType.Simple.INTEGER ? Integer.MAX_VALUE : Long.MAX_VALUE))
                                <= 0;
        };
    }

    private static DateString date(LocalDate date) {
        return Constants.dateString(date);
    }

    private static boolean isWritable(Instant instant) {
        return !instant.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
                && Constants.isWritable(LocalDate.ofInstant(instant, ZoneOffset.UTC));
    }

    private static boolean isTimestamp(DataType type) {
        return type == DataType.Simple.TIMESTAMP || type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
    }

    private static boolean isNumber(DataType type) {
        return type instanceof DataType.Decimal
                || type == DataType.Simple.INTEGER
                || type == DataType.Simple.BIGINT
                || type == DataType.Simple.DOUBLE;
    }
}
