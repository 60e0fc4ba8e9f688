package io.belvedere.federation.dialect;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.type.SqlTypeName;

/** What Calcite's types are in contracts, and which of them compare with each other. */
public final class Types {
    /** Values of one class compare without a conversion that could change the answer. */
    public enum Kind {
        BOOLEAN,
        NUMBER,
        TEXT,
        BINARY,
        DATE,
        TIME,
        TIMESTAMP,
        INSTANT,
        INTERVAL,
        OTHER
    }

    private Types() {}

    public static Kind kind(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> Kind.BOOLEAN;
            case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, FLOAT, REAL, DOUBLE -> Kind.NUMBER;
            case CHAR, VARCHAR -> Kind.TEXT;
            case BINARY, VARBINARY -> Kind.BINARY;
            case DATE -> Kind.DATE;
            case TIME -> Kind.TIME;
            case TIMESTAMP -> Kind.TIMESTAMP;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> Kind.INSTANT;
            case INTERVAL_YEAR,
                    INTERVAL_YEAR_MONTH,
                    INTERVAL_MONTH,
                    INTERVAL_DAY,
                    INTERVAL_DAY_HOUR,
                    INTERVAL_DAY_MINUTE,
                    INTERVAL_DAY_SECOND,
                    INTERVAL_HOUR,
                    INTERVAL_HOUR_MINUTE,
                    INTERVAL_HOUR_SECOND,
                    INTERVAL_MINUTE,
                    INTERVAL_MINUTE_SECOND,
                    INTERVAL_SECOND -> Kind.INTERVAL;
            // Calcite's list of types is open and grows; a type that is not named above compares with nothing.
            default -> Kind.OTHER;
        };
    }

    public static boolean isInteger(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case TINYINT, SMALLINT, INTEGER, BIGINT -> true;
            default -> false;
        };
    }

    public static boolean isExact(RelDataType type) {
        return isInteger(type) || type.getSqlTypeName() == SqlTypeName.DECIMAL;
    }

    /** The contract's type for a column of a plan; throws {@link NotOffered} for a type that no contract can name. */
    public static DataType dataType(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> DataType.Simple.BOOLEAN;
            case TINYINT, SMALLINT, INTEGER -> DataType.Simple.INTEGER;
            case BIGINT -> DataType.Simple.BIGINT;
            case FLOAT, REAL, DOUBLE -> DataType.Simple.DOUBLE;
            case DECIMAL -> decimal(type);
            case CHAR, VARCHAR, NULL -> DataType.Simple.VARCHAR;
            case BINARY, VARBINARY -> DataType.Simple.VARBINARY;
            case DATE -> DataType.Simple.DATE;
            case TIME -> DataType.Simple.TIME;
            case TIMESTAMP -> DataType.Simple.TIMESTAMP;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> DataType.Simple.TIMESTAMP_WITH_TIME_ZONE;
            default -> throw new NotOffered("a column of type " + type.getSqlTypeName() + " cannot travel");
        };
    }

    private static DataType.Decimal decimal(RelDataType type) {
        int scale = Math.clamp(type.getScale(), 0, DataType.DECIMAL_PRECISION_MAX);
        int precision = Math.clamp(type.getPrecision(), Math.max(1, scale), DataType.DECIMAL_PRECISION_MAX);
        return new DataType.Decimal(precision, scale);
    }

    /** Columns of a step, named {@code c0, c1 …}: no name of a caller or a source reaches the engine. */
    public static List<OutputColumn> columns(RelDataType row) {
        List<OutputColumn> columns = new ArrayList<>();
        for (RelDataTypeField field : row.getFieldList()) {
            columns.add(new OutputColumn(columnName(field.getIndex()), dataType(field.getType()), presence(field)));
        }
        return columns;
    }

    public static String columnName(int index) {
        return "c" + index;
    }

    private static Presence presence(RelDataTypeField field) {
        return field.getType().isNullable() ? Presence.OPTIONAL : Presence.REQUIRED;
    }

    /** Dates, timestamps and instants compare as the widest of them. */
    public static boolean isMoment(Kind kind) {
        return kind == Kind.DATE || kind == Kind.TIMESTAMP || kind == Kind.INSTANT;
    }

    /** Widening that every database does alike: the value is unchanged, whatever it is. */
    public static boolean isWidening(RelDataType from, RelDataType to) {
        if (isInteger(from) && isInteger(to)) {
            return to.getPrecision() >= from.getPrecision();
        }
        if (isExact(from) && to.getSqlTypeName() == SqlTypeName.DECIMAL) {
            int digits = from.getPrecision() - Math.max(0, from.getScale());
            return to.getScale() >= Math.max(0, from.getScale()) && to.getPrecision() - to.getScale() >= digits;
        }
        if (kind(from) == Kind.TEXT && kind(to) == Kind.TEXT) {
            return unbounded(to) || (!unbounded(from) && to.getPrecision() >= from.getPrecision());
        }
        return kind(from) == kind(to)
                && (kind(from) == Kind.BOOLEAN
                        || kind(from) == Kind.DATE
                        || from.getSqlTypeName() == to.getSqlTypeName());
    }

    private static boolean unbounded(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.VARCHAR
                && type.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED;
    }
}
