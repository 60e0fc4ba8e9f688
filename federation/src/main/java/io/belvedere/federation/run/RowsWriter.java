package io.belvedere.federation.run;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.HeldRows;
import io.belvedere.federation.dialect.InlinedRows;
import io.belvedere.federation.dialect.SqlTemplate.KnownRows;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.plan.RowShipment;
import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows of an earlier step as a table in a source's statement: as array parameters for PostgreSQL, as literals for MariaDB. What is read
 * back equals what was written, whatever the session's settings are; where that is not certain, nothing is written.
 */
final class RowsWriter {
    /** Years that all products write the same way. */
    private static final Pattern COMMON_YEAR = Pattern.compile("\\d{4}-.*");

    private final List<OutputColumn> columns;
    /** By column; empty for NULL. */
    private final List<List<Optional<String>>> values;

    private RowsWriter(List<OutputColumn> columns, List<List<Optional<String>>> values) {
        this.columns = columns;
        this.values = values;
    }

    /** Empty for more rows than a statement takes, or a value that is not certain to come back as it is. */
    static Optional<KnownRows> write(HeldRows held, RowShipment shipment, SourceKind kind) {
        if (held.rows() > RowShipment.ROWS_MAX) {
            return Optional.empty();
        }
        List<List<Optional<String>>> values = new ArrayList<>();
        long bytes = 0;
        for (int column = 0; column < shipment.columns().size(); column++) {
            DataType type = shipment.columns().get(column).type();
            List<Optional<String>> texts = new ArrayList<>();
            for (VectorSchemaRoot batch : held.batches()) {
                FieldVector vector = batch.getVector(column);
                for (int row = 0; row < batch.getRowCount(); row++) {
                    Optional<String> text =
                            vector.isNull(row) ? Optional.empty() : Optional.of(KeyReader.text(vector, row, type));
                    if (text.filter(each -> !isCertain(type, each)).isPresent()) {
                        return Optional.empty();
                    }
                    bytes += text.map(String::length).orElse(0);
                    texts.add(text);
                }
            }
            values.add(texts);
        }
        return bytes > RowShipment.BYTES_MAX
                ? Optional.empty()
                : Optional.of(new RowsWriter(shipment.columns(), values).written(kind, held.rows()));
    }

    /** PostgreSQL has no text with a zero character; other years are written in as many ways as there are products. */
    private static boolean isCertain(DataType type, String text) {
        return switch (type) {
            case DataType.Decimal _ -> true;
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT -> true;
                    case VARCHAR -> text.indexOf('\0') < 0;
                    case DATE -> COMMON_YEAR.matcher(text).matches();
                    case BOOLEAN, DOUBLE, VARBINARY, TIME, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> false;
                };
        };
    }

    private KnownRows written(SourceKind kind, long rows) {
        return switch (kind) {
            case POSTGRESQL -> arrays(rows);
            case MARIADB -> new KnownRows(literals(), List.of(), rows);
            case MYSQL, ORACLE, SQLSERVER, DUCKDB, PARQUET, CSV ->
                throw new IllegalArgumentException(kind + " takes no rows");
        };
    }

    private KnownRows arrays(long rows) {
        List<String> names = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        List<String> parameters = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            names.add('"' + Types.columnName(i) + '"');
            arrays.add("CAST(? AS " + postgresType(columns.get(i).type()) + "[])");
            parameters.add(values.get(i).stream()
                    .map(value -> value.map(RowsWriter::element).orElse("NULL"))
                    .collect(Collectors.joining(",", "{", "}")));
        }
        String sql =
                "(SELECT * FROM unnest(" + String.join(", ", arrays) + ") AS r (" + String.join(", ", names) + "))";
        return new KnownRows(sql, parameters, rows);
    }

    private static String element(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String postgresType(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> "numeric";
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER -> "integer";
                    case BIGINT -> "bigint";
                    case VARCHAR -> "text";
                    case DATE -> "date";
                    case BOOLEAN, DOUBLE, VARBINARY, TIME, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE ->
                        throw new IllegalArgumentException(type + " does not travel");
                };
        };
    }

    /** The first row names the columns; without any row there are only names. */
    private String literals() {
        int rows = values.getFirst().size();
        List<String> first = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            first.add((rows == 0 ? "NULL" : literal(i, 0)) + " AS `" + Types.columnName(i) + "`");
        }
        String head = "SELECT " + String.join(", ", first);
        if (rows == 0) {
            return "(" + head + " FROM DUAL WHERE 1 = 0)";
        }
        String others = IntStream.range(1, rows)
                .mapToObj(row -> IntStream.range(0, columns.size())
                        .mapToObj(column -> literal(column, row))
                        .collect(Collectors.joining(",", "(", ")")))
                .collect(Collectors.joining(","));
        return rows == 1 ? "(" + head + ")" : "(" + head + " UNION ALL VALUES " + others + ")";
    }

    private String literal(int column, int row) {
        DataType type = columns.get(column).type();
        return values.get(column)
                .get(row)
                .map(text -> type == DataType.Simple.VARCHAR
                        ? "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "' COLLATE "
                                + InlinedRows.MARIADB_TEXT.collation()
                        : KeySpelling.MARIADB.literal(type, text))
                .orElse("NULL");
    }
}
