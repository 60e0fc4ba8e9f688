package io.belvedere.federation.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;

/** ROUND, with the digit more that it may need: 99.99 of decimal(4,2) becomes 100.0. Calcite gives it the type of what is rounded. */
final class Rounding {
    static final SqlFunction ROUND =
            ((SqlBasicFunction) SqlStdOperatorTable.ROUND).withReturnTypeInference(Rounding::type);

    private Rounding() {}

    private static RelDataType type(SqlOperatorBinding call) {
        RelDataType rounded = call.getOperandType(0);
        if (rounded.getSqlTypeName() != SqlTypeName.DECIMAL) {
            return nullable(call, rounded);
        }
        int most = call.getTypeFactory().getTypeSystem().getMaxPrecision(SqlTypeName.DECIMAL);
        int digits = Math.min(most, rounded.getPrecision() + 1);
        return nullable(call, call.getTypeFactory().createSqlType(SqlTypeName.DECIMAL, digits, rounded.getScale()));
    }

    private static RelDataType nullable(SqlOperatorBinding call, RelDataType type) {
        boolean nullable = call.collectOperandTypes().stream().anyMatch(RelDataType::isNullable);
        return call.getTypeFactory().createTypeWithNullability(type, nullable);
    }
}
