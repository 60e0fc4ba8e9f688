package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

/** The types that CAST may name: exactly those of contracts. And the units of time that values are cut to. */
final class CastTypes {
    private static final String OFFERED =
            "boolean, integer, bigint, double, decimal(p,s), varchar, varbinary, date, time,"
                    + " timestamp and timestamp with time zone";
    private static final Map<String, TimeUnit> UNITS = Map.of(
            "YEAR",
            TimeUnit.YEAR,
            "QUARTER",
            TimeUnit.QUARTER,
            "MONTH",
            TimeUnit.MONTH,
            "WEEK",
            TimeUnit.WEEK,
            "DAY",
            TimeUnit.DAY,
            "HOUR",
            TimeUnit.HOUR,
            "MINUTE",
            TimeUnit.MINUTE,
            "SECOND",
            TimeUnit.SECOND);

    /** What callers write, and what is meant by it. */
    private static final Map<String, SqlTypeName> OTHER_TYPES =
            Map.of("TEXT", SqlTypeName.VARCHAR, "STRING", SqlTypeName.VARCHAR, "FLOAT", SqlTypeName.DOUBLE);

    private static final Set<TimeUnit> EXTRACTED = EnumSet.of(
            TimeUnit.YEAR,
            TimeUnit.QUARTER,
            TimeUnit.MONTH,
            TimeUnit.WEEK,
            TimeUnit.DAY,
            TimeUnit.DOY,
            TimeUnit.ISODOW,
            TimeUnit.ISOYEAR,
            TimeUnit.EPOCH,
            TimeUnit.HOUR,
            TimeUnit.MINUTE,
            TimeUnit.SECOND);

    private CastTypes() {}

    /** The type in our form; throws {@link SqlProblem} for one that contracts do not have. */
    static SqlDataTypeSpec clean(SqlDataTypeSpec spec) {
        if (OTHER_TYPES.containsKey(spec.getTypeName().toString().toUpperCase(Locale.ROOT))) {
            return otherwise(spec);
        }
        if (!(spec.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic) || spec.getTimeZone() != null) {
            throw refused(spec);
        }
        SqlTypeName name = SqlTypeName.get(basic.getTypeName().getSimple().toUpperCase(Locale.ROOT));
        boolean bare = basic.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED && basic.getCharSetName() == null;
        if (name == null) {
            throw refused(spec);
        }
        return switch (name) {
            case DECIMAL -> decimal(spec, basic);
            case BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, VARBINARY, DATE, TIME, TIMESTAMP -> {
                if (!bare) {
                    throw SqlProblem.at(
                            UNSUPPORTED,
                            spec.getParserPosition(),
                            "Write the type without a length: " + name.getName().toLowerCase(Locale.ROOT) + ".");
                }
                yield spec;
            }
            case TIMESTAMP_TZ, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                new SqlDataTypeSpec(
                        new SqlBasicTypeNameSpec(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, spec.getParserPosition()),
                        spec.getParserPosition());
            default -> throw refused(spec);
        };
    }

    /** {@code DATE_TRUNC('unit', value)} as {@code FLOOR(value TO unit)}. */
    static SqlNode floor(SqlNode unit, SqlNode value, SqlParserPos place) {
        TimeUnit known = unit instanceof SqlLiteral literal && SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())
                ? UNITS.get(String.valueOf(literal.getValueAs(String.class)).toUpperCase(Locale.ROOT))
                : null;
        if (known == null) {
            throw SqlProblem.at(
                    QUERY_INVALID,
                    place,
                    "DATE_TRUNC takes 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute' or 'second'.");
        }
        return SqlStdOperatorTable.FLOOR.createCall(
                place, value, new SqlIntervalQualifier(known, null, unit.getParserPosition()));
    }

    /** The unit that a text names: {@code 'day'}. */
    static TimeUnit namedUnit(SqlNode unit) {
        String name = unit instanceof SqlIntervalQualifier qualifier
                ? nameOf(qualifier)
                : unit instanceof SqlLiteral literal && SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())
                        ? String.valueOf(literal.getValueAs(String.class)).toUpperCase(Locale.ROOT)
                        : "";
        return Arrays.stream(TimeUnit.values())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> SqlProblem.at(
                        QUERY_INVALID,
                        unit.getParserPosition(),
                        "The unit is a text: 'year', 'month', 'day' and so on."));
    }

    /** A word that is no unit of Calcite's own is a frame to it, and one of JDBC's units to callers: {@code SQL_TSI_DAY}. */
    private static String nameOf(SqlIntervalQualifier qualifier) {
        return qualifier.timeFrameName == null
                ? qualifier.getUnit().name()
                : qualifier.timeFrameName.toUpperCase(Locale.ROOT).replaceFirst("^SQL_TSI_", "");
    }

    /** EXTRACT takes the units that every engine counts alike; the first day of a week is not one of them. */
    static void requireUnit(SqlNode unit) {
        if (!(unit instanceof SqlIntervalQualifier qualifier) || !EXTRACTED.contains(qualifier.getUnit())) {
            throw SqlProblem.at(
                    UNSUPPORTED,
                    unit.getParserPosition(),
                    "EXTRACT takes year, isoyear, quarter, month, week, day, doy, dow, isodow, hour, minute, second or epoch.");
        }
    }

    private static SqlDataTypeSpec otherwise(SqlDataTypeSpec spec) {
        SqlTypeName known =
                OTHER_TYPES.getOrDefault(spec.getTypeName().toString().toUpperCase(Locale.ROOT), SqlTypeName.ANY);
        return new SqlDataTypeSpec(new SqlBasicTypeNameSpec(known, spec.getParserPosition()), spec.getParserPosition());
    }

    private static SqlDataTypeSpec decimal(SqlDataTypeSpec spec, SqlBasicTypeNameSpec basic) {
        int precision = basic.getPrecision();
        int scale = Math.max(0, basic.getScale());
        if (precision < 1 || precision > 38 || scale > precision) {
            throw SqlProblem.at(
                    UNSUPPORTED, spec.getParserPosition(), "Write decimal(p,s) with 1 <= p <= 38 and 0 <= s <= p.");
        }
        return spec;
    }

    private static SqlProblem refused(SqlDataTypeSpec spec) {
        return SqlProblem.at(UNSUPPORTED, spec.getParserPosition(), "The types are " + OFFERED + ".");
    }
}
