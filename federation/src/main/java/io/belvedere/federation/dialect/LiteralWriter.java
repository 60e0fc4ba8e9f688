package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.federation.sql.Constants;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;

/** Writes values as literals, in the forms of a dialect. */
final class LiteralWriter {
    private final Dialect dialect;

    LiteralWriter(Dialect dialect) {
        this.dialect = dialect;
    }

    String write(RexLiteral literal) {
        if (literal.isNull()) {
            return dialect.nullOf(literal.getType());
        }
        return switch (literal.getTypeName()) {
            case BOOLEAN -> bool(Boolean.TRUE.equals(literal.getValueAs(Boolean.class)));
            case DECIMAL, DOUBLE, FLOAT, REAL, INTEGER, BIGINT, SMALLINT, TINYINT -> number(literal);
            case CHAR, VARCHAR -> dialect.text(LiteralValues.of(literal, String.class));
            case DATE ->
                dialect.moment(
                        Kind.DATE, LiteralValues.of(literal, DateString.class).toString());
            case TIME ->
                dialect.moment(
                        Kind.TIME, LiteralValues.of(literal, TimeString.class).toString());
            case TIMESTAMP ->
                dialect.moment(
                        Kind.TIMESTAMP,
                        LiteralValues.of(literal, TimestampString.class).toString());
            // Intervals, bytes and instants are written by the dialects that have them.
            default -> dialect.special(literal);
        };
    }

    /** A lifted value, written as a literal of the tree would be. */
    String write(Literal value) {
        return switch (value) {
            case Literal.Text(String text) -> dialect.text(text);
            case Literal.Numeric(BigDecimal number) -> digits(number);
            case Literal.Date(LocalDate date) ->
                dialect.laterDay(Constants.dateString(date).toString());
            case Literal.Timestamp(Instant instant) ->
                dialect.moment(
                        Kind.TIMESTAMP, Constants.timestampString(instant).toString());
            case Literal.Bool(boolean flag) -> bool(flag);
        };
    }

    private String bool(boolean flag) {
        return switch (dialect.sheet().booleans()) {
            case TYPE, NUMBERS -> flag ? "TRUE" : "FALSE";
            case NUMBERS_APART -> flag ? "1" : "0";
        };
    }

    private String number(RexLiteral literal) {
        BigDecimal value = LiteralValues.of(literal, BigDecimal.class);
        String digits = digits(value);
        return switch (literal.getType().getSqlTypeName()) {
            case DOUBLE, FLOAT, REAL -> "CAST(" + digits + " AS " + dialect.type(literal.getType()) + ")";
            default -> digits;
        };
    }

    private static String digits(BigDecimal value) {
        return value.signum() < 0 ? "(" + value.toPlainString() + ")" : value.toPlainString();
    }
}
