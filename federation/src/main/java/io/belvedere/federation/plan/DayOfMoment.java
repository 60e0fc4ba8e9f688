package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.sql.Constants;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** The day that a moment is in (in UTC, for one with a zone) beside a constant day: the same as the moment beside the day's beginning and the next one's. */
final class DayOfMoment {
    private DayOfMoment() {}

    /** {@code CAST(moment AS DATE) = DATE '…'} and alike without the cast; empty for any other comparison. */
    static Optional<RexNode> compared(RexBuilder rex, RexCall comparison) {
        RexNode left = comparison.getOperands().get(0);
        RexNode right = comparison.getOperands().get(1);
        return compared(rex, comparison.getKind(), left, right)
                .or(() -> compared(rex, comparison.getKind().reverse(), right, left));
    }

    private static Optional<RexNode> compared(RexBuilder rex, SqlKind kind, RexNode cast, RexNode constant) {
        boolean applies = cast instanceof RexCall call
                && call.getKind() == SqlKind.CAST
                && Types.kind(call.getType()) == Types.Kind.DATE
                && isMoment(call.getOperands().getFirst().getType())
                && constant instanceof RexLiteral literal
                && !literal.isNull()
                && Types.kind(literal.getType()) == Types.Kind.DATE;
        if (!applies) {
            return Optional.empty();
        }
        LocalDate day = LocalDate.ofEpochDay(
                LiteralValues.of((RexLiteral) constant, DateString.class).getDaysSinceEpoch());
        LocalDate next = day.plusDays(1);
        if (!Constants.isWritable(next)) {
            return Optional.empty();
        }
        RexNode moment = ((RexCall) cast).getOperands().getFirst();
        RexNode begin = beginning(rex, day, moment.getType());
        RexNode end = beginning(rex, next, moment.getType());
        return switch (kind) {
            case EQUALS ->
                Optional.of(rex.makeCall(
                        SqlStdOperatorTable.AND,
                        rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, moment, begin),
                        rex.makeCall(SqlStdOperatorTable.LESS_THAN, moment, end)));
            case NOT_EQUALS ->
                Optional.of(rex.makeCall(
                        SqlStdOperatorTable.OR,
                        rex.makeCall(SqlStdOperatorTable.LESS_THAN, moment, begin),
                        rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, moment, end)));
            case LESS_THAN -> Optional.of(rex.makeCall(SqlStdOperatorTable.LESS_THAN, moment, begin));
            case LESS_THAN_OR_EQUAL -> Optional.of(rex.makeCall(SqlStdOperatorTable.LESS_THAN, moment, end));
            case GREATER_THAN -> Optional.of(rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, moment, end));
            case GREATER_THAN_OR_EQUAL ->
                Optional.of(rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, moment, begin));
            default -> Optional.empty();
        };
    }

    private static boolean isMoment(RelDataType type) {
        return Types.kind(type) == Types.Kind.TIMESTAMP || Types.kind(type) == Types.Kind.INSTANT;
    }

    private static RexNode beginning(RexBuilder rex, LocalDate day, RelDataType type) {
        TimestampString midnight = Constants.timestampString(day.atStartOfDay().toInstant(ZoneOffset.UTC));
        return Types.kind(type) == Types.Kind.TIMESTAMP
                ? rex.makeTimestampLiteral(midnight, type.getPrecision())
                : rex.makeTimestampWithLocalTimeZoneLiteral(midnight, type.getPrecision());
    }
}
