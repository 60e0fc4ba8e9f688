package io.belvedere.federation.source;

import io.belvedere.model.DataType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether a column's type at its source can still be what its definition says. Sure of a mismatch only: a type it does not know
 * passes, and a value that does not fit ends the query anyway.
 */
final class RemoteTypes {
    private static final Map<String, Family> FAMILIES = new HashMap<>();

    static {
        put(
                Family.INTEGRAL,
                "int2",
                "int4",
                "int8",
                "tinyint",
                "smallint",
                "mediumint",
                "int",
                "bigint",
                "year",
                "bit");
        put(Family.NUMERIC, "numeric", "decimal");
        put(Family.NUMERIC, "number", "money", "smallmoney");
        put(Family.FLOATING, "binary_float", "binary_double", "real");
        put(Family.TEXT, "varchar2", "nvarchar2", "nchar", "nvarchar");
        put(Family.LARGE_TEXT, "clob", "nclob", "long", "ntext", "xmltype", "uniqueidentifier");
        put(Family.MOMENT, "datetime2", "smalldatetime", "datetimeoffset");
        put(Family.FLOATING, "float4", "float8", "float", "double");
        put(Family.BOOLEAN, "bool");
        put(Family.TEXT, "text", "varchar", "bpchar", "char", "tinytext", "mediumtext", "longtext", "enum", "set");
        put(Family.DATE, "date");
        put(Family.TIME, "time", "timetz");
        put(Family.MOMENT, "timestamp", "timestamptz", "datetime");
        put(Family.BYTES, "bytea", "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    }

    private enum Family {
        INTEGRAL,
        NUMERIC,
        FLOATING,
        BOOLEAN,
        TEXT,
        DATE,
        TIME,
        MOMENT,
        BYTES,
        /** Text that does not compare as text. */
        LARGE_TEXT
    }

    private RemoteTypes() {}

    private static void put(Family family, String... types) {
        for (String type : types) {
            FAMILIES.put(type, family);
        }
    }

    /**
     * @param remote the type's name in the source's catalog
     */
    static boolean mayHold(DataType declared, String remote) {
        Family family = FAMILIES.get(remote.toLowerCase(Locale.ROOT));
        return family == null || families(declared).contains(family);
    }

    private static Set<Family> families(DataType declared) {
        return switch (declared) {
            case DataType.Decimal _ -> EnumSet.of(Family.NUMERIC, Family.INTEGRAL, Family.FLOATING);
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> EnumSet.of(Family.BOOLEAN, Family.INTEGRAL);
                    case INTEGER, BIGINT -> EnumSet.of(Family.INTEGRAL, Family.NUMERIC);
                    case DOUBLE -> EnumSet.of(Family.FLOATING, Family.NUMERIC, Family.INTEGRAL);
                    case VARCHAR -> EnumSet.of(Family.TEXT);
                    case DATE -> EnumSet.of(Family.DATE);
                    case TIME -> EnumSet.of(Family.TIME);
                    case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> EnumSet.of(Family.MOMENT);
                    case VARBINARY -> EnumSet.of(Family.BYTES);
                };
        };
    }
}
