package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.MASK_KEY_MISSING;
import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.hash.HashLabel;
import io.belvedere.federation.hash.KeyedHash;
import io.belvedere.federation.sql.Types;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.policy.Mask;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * Masks as expressions that mean the same in PostgreSQL, MariaDB and DuckDB and raise no error for any value: CASE, comparisons,
 * {@code CHAR_LENGTH}, {@code SUBSTRING}, {@code POSITION}, {@code ||}, {@code MOD}, {@code -} and {@code FLOOR(… TO unit)}. A keyed hash
 * is computed by none of them, but here.
 */
final class Masks {
    private static final String STARS = "***";

    private final RexBuilder rex;
    private final HashKeys keys;

    Masks(RexBuilder rex, HashKeys keys) {
        this.rex = rex;
        this.keys = keys;
    }

    /** What stands for a column's value; of the value's type, or text for a hash. A hidden column has no expression. */
    RexNode apply(Mask mask, RexNode value, ViewId view, ColumnContract column) {
        DataType type = column.type();
        return switch (mask) {
            case Mask.None _ -> value;
            case Mask.Hidden _ -> throw new IllegalStateException("a hidden column has no expression");
            case Mask.Null _ -> rex.makeNullLiteral(value.getType());
            case Mask.Constant(var constant) -> Literals.toRex(rex, constant, type);
            case Mask.Redact _ -> unlessNull(value, text(STARS));
            case Mask.KeepFirst(int characters) -> keepFirst(value, characters);
            case Mask.KeepLast(int characters) -> keepLast(value, characters);
            case Mask.Email _ -> email(value);
            case Mask.DateTrunc(var unit) -> dateTrunc(value, unit);
            case Mask.Bucket(long width) -> bucket(value, width);
            case Mask.Hash(String salt, Optional<String> key) ->
                hash(
                        value,
                        HashLabel.of(
                                key(key), view.name().toString(), column.name().value(), salt));
        };
    }

    private RexNode hash(RexNode value, HashLabel label) {
        Presence presence = value.getType().isNullable() ? Presence.OPTIONAL : Presence.REQUIRED;
        return KeyedHash.of(
                rex, Types.toCalcite(rex.getTypeFactory(), DataType.Simple.VARCHAR, presence), value, label);
    }

    /** The key that policy names, or the active one. */
    private String key(Optional<String> named) {
        return named.or(keys::active)
                .filter(keys::has)
                .orElseThrow(
                        () -> MASK_KEY_MISSING.error(
                                "A column is shown as a keyed hash, and the server does not have its key; set belvedere.masks.hash-keys."));
    }

    private RexNode keepFirst(RexNode value, int characters) {
        return longerThan(value, characters, concat(substring(value, number(1), number(characters)), text(STARS)));
    }

    private RexNode keepLast(RexNode value, int characters) {
        RexNode from = call(SqlStdOperatorTable.MINUS, length(value), number(characters - 1));
        return longerThan(value, characters, concat(text(STARS), call(SqlStdOperatorTable.SUBSTRING, value, from)));
    }

    private RexNode longerThan(RexNode value, int characters, RexNode then) {
        RexNode longer = call(SqlStdOperatorTable.GREATER_THAN, length(value), number(characters));
        return unlessNull(value, choose(longer, then, text(STARS)));
    }

    private RexNode email(RexNode value) {
        RexNode at = call(SqlStdOperatorTable.POSITION, text("@"), value);
        RexNode masked = concat(
                concat(substring(value, number(1), number(1)), text(STARS)),
                call(SqlStdOperatorTable.SUBSTRING, value, at));
        return unlessNull(value, choose(call(SqlStdOperatorTable.GREATER_THAN, at, number(0)), masked, text(STARS)));
    }

    private RexNode dateTrunc(RexNode value, Mask.DateTrunc.Unit unit) {
        TimeUnitRange range = switch (unit) {
            case MONTH -> TimeUnitRange.MONTH;
            case QUARTER -> TimeUnitRange.QUARTER;
            case YEAR -> TimeUnitRange.YEAR;
        };
        return ofType(value.getType(), call(SqlStdOperatorTable.FLOOR, value, rex.makeFlag(range)));
    }

    /**
     * {@code value - MOD(value, width)}, one width lower below zero. Below the least multiple that the type has, the type's least value
     * stands for it, so that no value can raise an overflow.
     */
    private RexNode bucket(RexNode value, long width) {
        RelDataType type = value.getType();
        BigDecimal unit = BigDecimal.valueOf(width);
        BigDecimal least = leastOf(type);
        if (unit.compareTo(least.negate()) >= 0) {
            throw PLAN_REFUSED.error("The bucket of a mask is wider than the type of its column.");
        }
        // Of the column's type, all of them: none is farther from zero than the value, or below the least multiple.
        RexNode rest = rex.makeCall(type, SqlStdOperatorTable.MOD, List.of(value, exact(unit, type)));
        RexNode lower = rex.makeCall(type, SqlStdOperatorTable.MINUS, List.of(value, rest));
        RexNode zero = exact(BigDecimal.ZERO, type);
        RexNode chosen = call(
                SqlStdOperatorTable.CASE,
                call(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, rest, zero),
                lower,
                call(SqlStdOperatorTable.LESS_THAN, value, exact(leastMultiple(least, unit), type)),
                exact(least, type),
                rex.makeCall(type, SqlStdOperatorTable.MINUS, List.of(lower, exact(unit, type))));
        return ofType(type, chosen);
    }

    private static BigDecimal leastMultiple(BigDecimal least, BigDecimal unit) {
        return least.divide(unit, 0, RoundingMode.CEILING).multiply(unit);
    }

    private static BigDecimal leastOf(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case INTEGER -> BigDecimal.valueOf(Integer.MIN_VALUE);
            case BIGINT -> BigDecimal.valueOf(Long.MIN_VALUE);
            default ->
                BigDecimal.TEN
                        .pow(type.getPrecision())
                        .subtract(BigDecimal.ONE)
                        .movePointLeft(type.getScale())
                        .negate();
        };
    }

    private RexNode exact(BigDecimal number, RelDataType like) {
        return rex.makeExactLiteral(number, rex.getTypeFactory().createTypeWithNullability(like, false));
    }

    private RexNode ofType(RelDataType type, RexNode expression) {
        return expression.getType().getSqlTypeName() == type.getSqlTypeName()
                        && expression.getType().getPrecision() == type.getPrecision()
                        && expression.getType().getScale() == type.getScale()
                ? expression
                : rex.makeCast(
                        rex.getTypeFactory()
                                .createTypeWithNullability(
                                        type, expression.getType().isNullable()),
                        expression);
    }

    /** NULL stays NULL; a column without NULLs needs no guard. */
    private RexNode unlessNull(RexNode value, RexNode otherwise) {
        return value.getType().isNullable()
                ? choose(call(SqlStdOperatorTable.IS_NULL, value), rex.makeNullLiteral(value.getType()), otherwise)
                : otherwise;
    }

    private RexNode choose(RexNode condition, RexNode then, RexNode otherwise) {
        return call(SqlStdOperatorTable.CASE, condition, then, otherwise);
    }

    private RexNode concat(RexNode first, RexNode second) {
        return call(SqlStdOperatorTable.CONCAT, first, second);
    }

    private RexNode substring(RexNode value, RexNode from, RexNode count) {
        return call(SqlStdOperatorTable.SUBSTRING, value, from, count);
    }

    private RexNode length(RexNode value) {
        return call(SqlStdOperatorTable.CHAR_LENGTH, value);
    }

    private RexNode text(String text) {
        return rex.makeLiteral(text);
    }

    private RexNode number(int number) {
        return rex.makeExactLiteral(BigDecimal.valueOf(number));
    }

    private RexNode call(SqlOperator operator, RexNode... operands) {
        return rex.makeCall(operator, List.of(operands));
    }
}
