package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.sql.Constants;
import io.belvedere.model.DataType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/**
 * Expressions as simple as they can be before a plan is made, so that a source compares its column with a value.
 *
 * <p>Constants are computed: a date or timestamp plus or minus an interval; sums, differences and products of exact numbers. What would
 * overflow or leave the years 1 to 9999 stays as it is written, and fails or not where it runs. A comparison of two numbers that does not hold is FALSE. In a comparison of exact numbers a cast
 * that changes no value is left out: every database compares them by value, whatever their types. And where the day of a moment is compared with a
 * day, the moment is compared with the day's ends, which an index can find.
 */
final class Simplification extends RexShuttle {
    /** Ten thousand years: an interval beyond it leaves the years that can be written, whatever it starts from. */
    private static final BigDecimal MILLISECONDS_MAX = BigDecimal.valueOf(315_576_000_000_000L);

    private static final BigDecimal MONTHS_MAX = BigDecimal.valueOf(120_000);

    private final RexBuilder rex;

    private Simplification(RexBuilder rex) {
        this.rex = rex;
    }

    /** The tree with simple expressions, sub-queries included; views below are not looked into. */
    static RelNode of(RelNode rel) {
        return Trees.mapInputs(rel, Simplification::of)
                .accept(new Simplification(rel.getCluster().getRexBuilder()));
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
        return visited.clone(of(visited.rel));
    }

    @Override
    public RexNode visitCall(RexCall call) {
        RexNode visited = super.visitCall(call);
        if (!(visited instanceof RexCall changed) || changed.getOperands().size() != 2) {
            return visited;
        }
        return changed.isA(SqlKind.COMPARISON)
                ? comparison(changed)
                : value(changed).orElse(visited);
    }

    private RexNode comparison(RexCall call) {
        Optional<RexNode> withinDays = DayOfMoment.compared(rex, call);
        if (withinDays.isPresent()) {
            return withinDays.get();
        }
        RexNode left = withoutWidening(call.getOperands().get(0));
        RexNode right = withoutWidening(call.getOperands().get(1));
        boolean exact = Types.isExact(left.getType()) && Types.isExact(right.getType());
        if (exact
                && left instanceof RexLiteral one
                && right instanceof RexLiteral other
                && isFalse(call.getKind(), one, other)) {
            return rex.makeLiteral(false);
        }
        return exact ? call.clone(call.getType(), List.of(left, right)) : call;
    }

    /** Of two numbers: {@code 1 = 0}, as clients write who want no rows. */
    private static boolean isFalse(SqlKind kind, RexLiteral one, RexLiteral other) {
        if (one.isNull() || other.isNull()) {
            return false;
        }
        int order = LiteralValues.of(one, BigDecimal.class).compareTo(LiteralValues.of(other, BigDecimal.class));
        return switch (kind) {
            case EQUALS -> order != 0;
            case NOT_EQUALS -> order == 0;
            case LESS_THAN -> order >= 0;
            case LESS_THAN_OR_EQUAL -> order > 0;
            case GREATER_THAN -> order <= 0;
            case GREATER_THAN_OR_EQUAL -> order < 0;
            default -> false;
        };
    }

    private static RexNode withoutWidening(RexNode node) {
        RexNode plain = node;
        while (plain.getKind() == SqlKind.CAST
                && plain instanceof RexCall cast
                && keepsValues(cast.getOperands().getFirst().getType(), cast.getType())) {
            plain = cast.getOperands().getFirst();
        }
        return plain;
    }

    /** A cast to as many digits as there are is the one that a comparison of two widths brings with it; it rounds nothing. */
    private static boolean keepsValues(RelDataType from, RelDataType to) {
        boolean widest = to.getSqlTypeName() == SqlTypeName.DECIMAL
                && to.getPrecision() == DataType.DECIMAL_PRECISION_MAX
                && to.getScale() >= Math.max(0, from.getScale());
        return Types.isExact(from) && Types.isExact(to) && (widest || Types.isWidening(from, to));
    }

    private Optional<RexNode> value(RexCall call) {
        SqlKind kind = call.getKind();
        boolean arithmetic = kind == SqlKind.PLUS || kind == SqlKind.MINUS || kind == SqlKind.TIMES;
        if (arithmetic
                && call.getOperands().get(0) instanceof RexLiteral left
                && call.getOperands().get(1) instanceof RexLiteral right
                && !left.isNull()
                && !right.isNull()) {
            return switch (Types.kind(left.getType())) {
                case DATE, TIMESTAMP -> moment(call, left, right);
                case NUMBER -> number(call, left, right);
                case BOOLEAN, TEXT, BINARY, TIME, INSTANT, INTERVAL, OTHER -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    private Optional<RexNode> moment(RexCall call, RexLiteral from, RexLiteral interval) {
        boolean shifts = Types.kind(interval.getType()) == Types.Kind.INTERVAL
                && Types.kind(call.getType()) == Types.kind(from.getType())
                && (call.getKind() == SqlKind.PLUS || call.getKind() == SqlKind.MINUS);
        if (!shifts) {
            return Optional.empty();
        }
        BigDecimal amount = LiteralValues.of(interval, BigDecimal.class);
        boolean months =
                SqlTypeName.YEAR_INTERVAL_TYPES.contains(interval.getType().getSqlTypeName());
        boolean whole = amount.stripTrailingZeros().scale() <= 0;
        if (!whole || amount.abs().compareTo(months ? MONTHS_MAX : MILLISECONDS_MAX) > 0) {
            return Optional.empty();
        }
        long units = (call.getKind() == SqlKind.MINUS ? amount.negate() : amount).longValueExact();
        LocalDateTime start = start(from);
        LocalDateTime moved = months ? start.plusMonths(units) : start.plus(Duration.ofMillis(units));
        if (!Constants.isWritable(moved.toLocalDate())) {
            return Optional.empty();
        }
        return Optional.of(
                Types.kind(call.getType()) == Types.Kind.DATE
                        ? rex.makeDateLiteral(Constants.dateString(moved.toLocalDate()))
                        : rex.makeTimestampLiteral(
                                Constants.timestampString(moved.toInstant(ZoneOffset.UTC)),
                                call.getType().getPrecision()));
    }

    private static LocalDateTime start(RexLiteral from) {
        return Types.kind(from.getType()) == Types.Kind.DATE
                ? LocalDate.ofEpochDay(LiteralValues.of(from, DateString.class).getDaysSinceEpoch())
                        .atStartOfDay()
                : timestamp(LiteralValues.of(from, TimestampString.class));
    }

    private static LocalDateTime timestamp(TimestampString text) {
        return LocalDateTime.parse(text.toString().replace(' ', 'T'));
    }

    private Optional<RexNode> number(RexCall call, RexLiteral left, RexLiteral right) {
        RelDataType type = call.getType();
        List<RelDataType> types = List.of(type, left.getType(), right.getType());
        if (!types.stream().allMatch(Types::isExact)) {
            return Optional.empty();
        }
        BigDecimal one = LiteralValues.of(left, BigDecimal.class);
        BigDecimal other = LiteralValues.of(right, BigDecimal.class);
        BigDecimal value = call.getKind() == SqlKind.PLUS
                ? one.add(other)
                : call.getKind() == SqlKind.MINUS ? one.subtract(other) : one.multiply(other);
        return fits(value, type) ? Optional.of(rex.makeExactLiteral(value, type)) : Optional.empty();
    }

    private static boolean fits(BigDecimal value, RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case INTEGER -> isWhole(value, 31);
            case BIGINT -> isWhole(value, 63);
            case DECIMAL ->
                value.stripTrailingZeros().scale() <= type.getScale()
                        && value.precision() - value.scale() <= type.getPrecision() - type.getScale();
            default -> false;
        };
    }

    private static boolean isWhole(BigDecimal value, int bits) {
        return value.stripTrailingZeros().scale() <= 0 && value.toBigInteger().bitLength() <= bits;
    }
}
