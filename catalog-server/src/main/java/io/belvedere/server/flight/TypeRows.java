package io.belvedere.server.flight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDatetimeSubcode;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The types of columns as JDBC lists them. */
final class TypeRows {
    private static final int NULLABLE = 1;
    private static final int SEARCHABLE = 3;
    private static final List<TypeRow> TYPES = List.of(
            TypeRow.of("boolean", XdbcDataType.XDBC_BIT, 1),
            TypeRow.of("bigint", XdbcDataType.XDBC_BIGINT, 19).number(),
            TypeRow.of("varbinary", XdbcDataType.XDBC_VARBINARY, Integer.MAX_VALUE),
            TypeRow.of("decimal", XdbcDataType.XDBC_DECIMAL, 38).number(),
            TypeRow.of("integer", XdbcDataType.XDBC_INTEGER, 10).number(),
            TypeRow.of("double", XdbcDataType.XDBC_DOUBLE, 17).number(),
            TypeRow.of("varchar", XdbcDataType.XDBC_VARCHAR, Integer.MAX_VALUE).quoted("'"),
            TypeRow.of("date", XdbcDataType.XDBC_DATE, 10).quoted("DATE '"),
            TypeRow.of("time", XdbcDataType.XDBC_TIME, 15).quoted("TIME '"),
            TypeRow.of("timestamp", XdbcDataType.XDBC_TIMESTAMP, 26).quoted("TIMESTAMP '"),
            new TypeRow(
                    "timestamp with time zone",
                    2014,
                    32,
                    Optional.empty(),
                    OptionalInt.of(XdbcDatetimeSubcode.XDBC_SUBCODE_TIMESTAMP_WITH_TIMEZONE_VALUE),
                    false));

    private TypeRows() {}

    /** @param radix whether it is a number */
    private record TypeRow(
            String name, int code, int size, Optional<String> prefix, OptionalInt subcode, boolean radix) {
        static TypeRow of(String name, XdbcDataType type, int size) {
            return new TypeRow(name, type.getNumber(), size, Optional.empty(), OptionalInt.empty(), false);
        }

        TypeRow number() {
            return new TypeRow(name, code, size, prefix, subcode, true);
        }

        TypeRow quoted(String before) {
            return new TypeRow(name, code, size, Optional.of(before), subcode, radix);
        }
    }

    static void send(Optional<Integer> type, Schema schema, FlightResult result) {
        List<TypeRow> rows = TYPES.stream()
                .filter(row -> type.isEmpty() || type.get() == row.code())
                .toList();
        result.list(schema, List.of(batch -> {
            for (int row = 0; row < rows.size(); row++) {
                write(batch, row, rows.get(row));
            }
            batch.setRowCount(rows.size());
        }));
    }

    private static void write(VectorSchemaRoot batch, int row, TypeRow type) {
        text(batch, "type_name", row, type.name());
        number(batch, "data_type", row, type.code());
        number(batch, "column_size", row, type.size());
        type.prefix().ifPresent(prefix -> {
            text(batch, "literal_prefix", row, prefix);
            text(batch, "literal_suffix", row, "'");
        });
        number(batch, "nullable", row, NULLABLE);
        flag(batch, "case_sensitive", row, type.name().equals("varchar") ? 1 : 0);
        number(batch, "searchable", row, SEARCHABLE);
        flag(batch, "unsigned_attribute", row, 0);
        flag(batch, "fixed_prec_scale", row, 0);
        flag(batch, "auto_increment", row, 0);
        text(batch, "local_type_name", row, type.name());
        number(batch, "sql_data_type", row, type.code());
        type.subcode().ifPresent(code -> number(batch, "datetime_subcode", row, code));
        if (type.radix()) {
            number(batch, "num_prec_radix", row, 10);
        }
    }

    private static void text(VectorSchemaRoot batch, String column, int row, String text) {
        ((VarCharVector) batch.getVector(column)).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void number(VectorSchemaRoot batch, String column, int row, int number) {
        ((IntVector) batch.getVector(column)).setSafe(row, number);
    }

    private static void flag(VectorSchemaRoot batch, String column, int row, int flag) {
        ((BitVector) batch.getVector(column)).setSafe(row, flag);
    }
}
