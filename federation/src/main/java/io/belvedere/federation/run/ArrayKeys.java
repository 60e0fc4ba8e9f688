package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keys as array parameters, one for each column: PostgreSQL's {@code = ANY (?)} and {@code unnest (?, ?)}. */
record ArrayKeys() implements KeyWriter {
    @Override
    public boolean comparesInRows(DataType type) {
        return arrayType(type).isPresent();
    }

    /** There is no NUL in text. */
    @Override
    public boolean isPossible(DataType type, String text) {
        return text.indexOf('\0') < 0;
    }

    @Override
    public Written oneOf(String column, ShippedKeys.Column values) {
        return new Written(column + " = ANY (" + parameter(values.type()) + ")", List.of(array(values)));
    }

    @Override
    public Written oneOfRows(List<String> columns, List<ShippedKeys.Column> values) {
        String arrays = values.stream().map(column -> parameter(column.type())).collect(Collectors.joining(", "));
        return new Written(
                "(" + String.join(", ", columns) + ") IN (SELECT * FROM unnest(" + arrays + "))",
                values.stream().map(ArrayKeys::array).toList());
    }

    private static String parameter(DataType type) {
        return arrayType(type).map(array -> "CAST(? AS " + array + ")").orElse("?");
    }

    private static String array(ShippedKeys.Column values) {
        boolean binary = values.type() == DataType.Simple.VARBINARY;
        return values.texts().stream()
                .map(text -> binary ? "\\x" + text : text)
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Text has none: the source then takes the column's own type, which may be a uuid or an enumeration. */
    private static Optional<String> arrayType(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> Optional.of("numeric[]");
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> Optional.of("boolean[]");
                    case INTEGER -> Optional.of("integer[]");
                    case BIGINT -> Optional.of("bigint[]");
                    case DOUBLE -> Optional.of("double precision[]");
                    case VARCHAR -> Optional.empty();
                    case VARBINARY -> Optional.of("bytea[]");
                    case DATE -> Optional.of("date[]");
                    case TIME -> Optional.of("time[]");
                    case TIMESTAMP -> Optional.of("timestamp[]");
                    case TIMESTAMP_WITH_TIME_ZONE -> Optional.of("timestamptz[]");
                };
        };
    }
}
