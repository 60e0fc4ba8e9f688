package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Keys as one JSON parameter that the database takes apart: SQL Server's {@code OPENJSON}, which no limit of parameters bounds. */
record JsonKeys() implements KeyWriter {
    private static final String ROWS = "bv_keys";

    @Override
    public boolean comparesInRows(DataType type) {
        return true;
    }

    @Override
    public boolean isPossible(DataType type, String text) {
        return !(type == DataType.Simple.DOUBLE && (text.equals("NaN") || text.endsWith("Infinity")));
    }

    @Override
    public Written oneOf(String column, ShippedKeys.Column values) {
        return new Written(
                column + " IN (SELECT " + key("k0", values) + " FROM OPENJSON(?) WITH (k0 " + type(values)
                        + " '$[0]'))",
                List.of(json(List.of(values))));
    }

    @Override
    public Written oneOfRows(List<String> columns, List<ShippedKeys.Column> values) {
        List<String> fields = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            fields.add("k" + i + " " + type(values.get(i)) + " '$[" + i + "]'");
            equal.add(key(ROWS + ".k" + i, values.get(i)) + " = " + columns.get(i));
        }
        return new Written(
                "EXISTS (SELECT 1 FROM OPENJSON(?) WITH (" + String.join(", ", fields) + ") AS " + ROWS + " WHERE "
                        + String.join(" AND ", equal) + ")",
                List.of(json(values)));
    }

    /** The database's own collation may not go with the column's; one that is named goes with any. */
    private static String key(String name, ShippedKeys.Column values) {
        return values.type() == DataType.Simple.VARCHAR ? name + " COLLATE Latin1_General_100_BIN2" : name;
    }

    private static String json(List<ShippedKeys.Column> values) {
        return IntStream.range(0, values.getFirst().texts().size())
                .mapToObj(row -> values.stream()
                        .map(column -> quoted(column.texts().get(row)))
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Numbers too: OPENJSON reads them from text, and none is rounded on the way. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            boolean plain = unit >= ' ' && unit < 0x7F && unit != '"' && unit != '\\';
            if (plain) {
                json.append((char) unit);
            } else {
                json.append(String.format("\\u%04x", unit));
            }
        });
        return json.append('"').toString();
    }

    private static String type(ShippedKeys.Column values) {
        return switch (values.type()) {
            case DataType.Decimal(int precision, int scale) -> "decimal(" + precision + "," + scale + ")";
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> "bit";
                    case INTEGER -> "int";
                    case BIGINT -> "bigint";
                    case DOUBLE -> "float";
                    case VARCHAR -> "nvarchar(max)";
                    case VARBINARY -> "varbinary(max)";
                    case DATE -> "date";
                    case TIME -> "time";
                    case TIMESTAMP -> "datetime2";
                    case TIMESTAMP_WITH_TIME_ZONE -> "datetimeoffset";
                };
        };
    }
}
