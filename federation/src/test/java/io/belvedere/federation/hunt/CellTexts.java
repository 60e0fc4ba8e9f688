package io.belvedere.federation.hunt;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The batches of an answer as text, in which no two different values look alike. */
final class CellTexts {
    private final List<String> rows = new ArrayList<>();
    private String types = "";

    void add(VectorSchemaRoot batch) {
        types = batch.getSchema().toString();
        for (int row = 0; row < batch.getRowCount(); row++) {
            StringBuilder cells = new StringBuilder();
            for (FieldVector vector : batch.getFieldVectors()) {
                cells.append(vector.isNull(row) ? "NULL" : cell(vector, row)).append(" | ");
            }
            rows.add(cells.toString());
        }
    }

    private static String cell(FieldVector vector, int row) {
        return switch (vector.getObject(row)) {
            case BigDecimal number -> number.unscaledValue() + "E-" + number.scale();
            case Double number -> Double.toHexString(number) + "d";
            case byte[] bytes
            when vector instanceof VarBinaryVector -> HexFormat.of().formatHex(bytes);
            case Object value -> value.getClass().getSimpleName().charAt(0) + quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    String types() {
        return types;
    }

    List<String> rows() {
        return rows;
    }
}
