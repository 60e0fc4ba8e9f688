package io.belvedere.federation.sql;

import java.math.RoundingMode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * What arithmetic and aggregates give, chosen so that PostgreSQL, MariaDB and DuckDB can all be cast to it exactly.
 *
 * <ul>
 *   <li>{@code SUM}: integer gives bigint, bigint gives decimal(38,0), decimal(p,s) gives decimal(38,s), double gives double.
 *   <li>{@code AVG}, {@code STDDEV}, {@code VAR}: double, whatever the argument.
 *   <li>{@code /}: two whole numbers give a whole number, rounded towards zero; anything with a decimal in it gives double.
 *   <li>Decimals have at most 38 digits, times and timestamps have microseconds.
 * </ul>
 */
final class TypeRules extends RelDataTypeSystemImpl {
    private static final int DECIMAL_MAX = 38;
    private static final int MICROSECONDS = 6;

    @Override
    public int getMaxPrecision(SqlTypeName name) {
        return switch (name) {
            case DECIMAL -> DECIMAL_MAX;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> MICROSECONDS;
            default -> super.getMaxPrecision(name);
        };
    }

    @Override
    public int getMaxScale(SqlTypeName name) {
        return name == SqlTypeName.DECIMAL ? DECIMAL_MAX : super.getMaxScale(name);
    }

    @Override
    public int getDefaultPrecision(SqlTypeName name) {
        return switch (name) {
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> MICROSECONDS;
            default -> super.getDefaultPrecision(name);
        };
    }

    /** How constants are rounded when they are cast: half away from zero, as engines round what they read. */
    @Override
    public RoundingMode roundingMode() {
        return RoundingMode.HALF_UP;
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
        return switch (argument.getSqlTypeName()) {
            case INTEGER -> like(factory, argument, factory.createSqlType(SqlTypeName.BIGINT));
            case BIGINT -> like(factory, argument, factory.createSqlType(SqlTypeName.DECIMAL, DECIMAL_MAX, 0));
            case DECIMAL ->
                like(factory, argument, factory.createSqlType(SqlTypeName.DECIMAL, DECIMAL_MAX, argument.getScale()));
            default -> argument;
        };
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
        return like(factory, argument, factory.createSqlType(SqlTypeName.DOUBLE));
    }

    @Override
    public RelDataType deriveCovarType(RelDataTypeFactory factory, RelDataType first, RelDataType second) {
        return like(factory, first, factory.createSqlType(SqlTypeName.DOUBLE));
    }

    @Override
    public @Nullable RelDataType deriveDecimalDivideType(
            RelDataTypeFactory factory, RelDataType dividend, RelDataType divisor) {
        if (SqlTypeUtil.isExactNumeric(dividend)
                && SqlTypeUtil.isExactNumeric(divisor)
                && (SqlTypeUtil.isDecimal(dividend) || SqlTypeUtil.isDecimal(divisor))) {
            return factory.createTypeWithNullability(
                    factory.createSqlType(SqlTypeName.DOUBLE), dividend.isNullable() || divisor.isNullable());
        }
        return null;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true;
    }

    private static RelDataType like(RelDataTypeFactory factory, RelDataType argument, RelDataType result) {
        return factory.createTypeWithNullability(result, argument.isNullable());
    }
}
