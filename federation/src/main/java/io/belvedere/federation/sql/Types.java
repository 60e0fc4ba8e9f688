package io.belvedere.federation.sql;

import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeMappingRule;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * The one place where our types and Calcite's meet.
 *
 * <p>The factory knows only our types: text has no length (so nothing is padded or cut), a timestamp has microseconds, a binary
 * fraction is a double, a small integer is an integer, a timestamp with time zone is an instant
 * ({@code TIMESTAMP_WITH_LOCAL_TIME_ZONE}, in UTC). Safe for use by many threads.
 */
public final class Types {
    private static final TypeRules RULES = new TypeRules();

    private Types() {}

    /** A new factory; one per query. */
    public static RelDataTypeFactory newFactory() {
        if (!Util.getDefaultCharset().equals(StandardCharsets.UTF_8)) {
            throw new IllegalStateException(
                    "Calcite's text is not UTF-8: saffron.properties is missing from the class path"
                            + " or overridden by -Dcalcite.default.charset");
        }
        return new Factory();
    }

    /** Our type as Calcite's. */
    public static RelDataType toCalcite(RelDataTypeFactory factory, DataType type, Presence presence) {
        RelDataType required = switch (type) {
            case DataType.Decimal(int precision, int scale) ->
                factory.createSqlType(SqlTypeName.DECIMAL, precision, scale);
            case DataType.Simple simple -> factory.createSqlType(nameOf(simple));
        };
        return factory.createTypeWithNullability(required, presence == Presence.OPTIONAL);
    }

    /** Calcite's type as ours; empty for what a result cannot hold (intervals, rows, arrays). An untyped NULL is text. */
    public static Optional<DataType> fromCalcite(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> Optional.of(DataType.Simple.BOOLEAN);
            case TINYINT, SMALLINT, INTEGER -> Optional.of(DataType.Simple.INTEGER);
            case BIGINT -> Optional.of(DataType.Simple.BIGINT);
            case FLOAT, REAL, DOUBLE -> Optional.of(DataType.Simple.DOUBLE);
            case DECIMAL -> decimal(type);
            case CHAR, VARCHAR, NULL -> Optional.of(DataType.Simple.VARCHAR);
            case BINARY, VARBINARY -> Optional.of(DataType.Simple.VARBINARY);
            case DATE -> Optional.of(DataType.Simple.DATE);
            case TIME -> Optional.of(DataType.Simple.TIME);
            case TIMESTAMP -> Optional.of(DataType.Simple.TIMESTAMP);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> Optional.of(DataType.Simple.TIMESTAMP_WITH_TIME_ZONE);
            default -> Optional.empty();
        };
    }

    /** Whether a value of Calcite's type may be NULL, in our words. */
    public static Presence presenceOf(RelDataType type) {
        return type.isNullable() ? Presence.OPTIONAL : Presence.REQUIRED;
    }

    /** Whether every value of {@code from} is a value of {@code to}, exactly. */
    public static boolean widens(DataType from, DataType to) {
        if (from.equals(to)) {
            return true;
        }
        return switch (to) {
            case DataType.Decimal(int precision, int scale) -> fits(from, precision, scale);
            case DataType.Simple simple ->
                switch (simple) {
                    case BIGINT, DOUBLE -> from == DataType.Simple.INTEGER;
                    case TIMESTAMP -> from == DataType.Simple.DATE;
                    default -> false;
                };
        };
    }

    private static boolean fits(DataType from, int precision, int scale) {
        return switch (from) {
            case DataType.Decimal(int digits, int fraction) ->
                fraction <= scale && digits - fraction <= precision - scale;
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER -> precision - scale >= 10;
                    case BIGINT -> precision - scale >= 19;
                    default -> false;
                };
        };
    }

    private static Optional<DataType> decimal(RelDataType type) {
        int precision = type.getPrecision();
        int scale = type.getScale();
        return precision < 1 || precision > DataType.DECIMAL_PRECISION_MAX || scale < 0 || scale > precision
                ? Optional.empty()
                : Optional.of(new DataType.Decimal(precision, scale));
    }

    private static SqlTypeName nameOf(DataType.Simple simple) {
        return switch (simple) {
            case BOOLEAN -> SqlTypeName.BOOLEAN;
            case INTEGER -> SqlTypeName.INTEGER;
            case BIGINT -> SqlTypeName.BIGINT;
            case DOUBLE -> SqlTypeName.DOUBLE;
            case VARCHAR -> SqlTypeName.VARCHAR;
            case VARBINARY -> SqlTypeName.VARBINARY;
            case DATE -> SqlTypeName.DATE;
            case TIME -> SqlTypeName.TIME;
            case TIMESTAMP -> SqlTypeName.TIMESTAMP;
            case TIMESTAMP_WITH_TIME_ZONE -> SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
        };
    }

    /** Calcite's factory, narrowed to our types. */
    private static final class Factory extends SqlTypeFactoryImpl {
        Factory() {
            super(RULES);
        }

        @Override
        public Charset getDefaultCharset() {
            return StandardCharsets.UTF_8;
        }

        @Override
        public RelDataType createSqlType(SqlTypeName name) {
            return super.createSqlType(ours(name));
        }

        @Override
        public RelDataType createSqlType(SqlTypeName name, int precision) {
            SqlTypeName ours = ours(name);
            return super.createSqlType(ours, ours == SqlTypeName.DECIMAL ? precision : RULES.getDefaultPrecision(ours));
        }

        /** Of decimals, the one that keeps every digit after the point: where 38 digits are too few, a large number fails, none is rounded. */
        @Override
        public @Nullable RelDataType leastRestrictive(List<RelDataType> types, SqlTypeMappingRule rule) {
            RelDataType least = super.leastRestrictive(types, rule);
            if (least == null
                    || least.getSqlTypeName() != SqlTypeName.DECIMAL
                    || !types.stream().allMatch(SqlTypeUtil::isExactNumeric)) {
                return least;
            }
            int scale = types.stream().mapToInt(RelDataType::getScale).max().orElse(0);
            return scale <= least.getScale()
                    ? least
                    : createTypeWithNullability(
                            createSqlType(SqlTypeName.DECIMAL, least.getPrecision(), scale), least.isNullable());
        }

        private static SqlTypeName ours(SqlTypeName name) {
            return switch (name) {
                case CHAR -> SqlTypeName.VARCHAR;
                case BINARY -> SqlTypeName.VARBINARY;
                case TINYINT, SMALLINT -> SqlTypeName.INTEGER;
                case FLOAT, REAL -> SqlTypeName.DOUBLE;
                case TIMESTAMP_TZ -> SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
                default -> name;
            };
        }
    }
}
