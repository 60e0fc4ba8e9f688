package io.belvedere.federation.dialect;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexLiteral;

/** Rows that stand in the query itself, as a SELECT of each: every database has that, and each value gets its type. */
final class ConstantRows {
    private final Dialect dialect;
    private final List<String> names;

    /** @param names quoted ones for the columns */
    ConstantRows(Dialect dialect, List<String> names) {
        this.dialect = dialect;
        this.names = List.copyOf(names);
    }

    String select(Values values) {
        List<RelDataTypeField> fields = values.getRowType().getFieldList();
        List<String> rows = new ArrayList<>();
        for (List<RexLiteral> tuple : values.getTuples()) {
            rows.add(row(tuple, fields));
        }
        return rows.isEmpty() ? noRow(fields) : String.join(" UNION ALL ", rows);
    }

    private String row(List<RexLiteral> tuple, List<RelDataTypeField> fields) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < tuple.size(); i++) {
            String value = dialect.literal(tuple.get(i));
            cells.add("CAST(" + value + " AS " + dialect.type(fields.get(i).getType()) + ") AS " + names.get(i));
        }
        return "SELECT " + (cells.isEmpty() ? "1" : String.join(", ", cells)) + noTable();
    }

    private String noRow(List<RelDataTypeField> fields) {
        List<String> cells = new ArrayList<>();
        for (RelDataTypeField field : fields) {
            cells.add(dialect.nullOf(field.getType()) + " AS " + names.get(field.getIndex()));
        }
        return "SELECT " + (cells.isEmpty() ? "1" : String.join(", ", cells)) + noTable() + " WHERE 1 = 0";
    }

    private String noTable() {
        return dialect.noTable().isEmpty() ? "" : " FROM " + dialect.noTable();
    }
}
