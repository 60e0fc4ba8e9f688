package io.belvedere.samples;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows of an answer, by the names of their columns. */
record Rows(Map<String, String> types, List<Map<String, String>> rows) {
    private static final String ABSENT = "";

    static Rows of(JsonNode answer) {
        var types = new LinkedHashMap<String, String>();
        for (var column : answer.path("columns")) {
            types.put(column.path("name").asText(), column.path("type").asText());
        }
        var rows = new ArrayList<Map<String, String>>();
        for (var row : answer.path("rows")) {
            var named = new LinkedHashMap<String, String>();
            var index = 0;
            for (var name : types.keySet()) {
                var cell = row.path(index++);
                named.put(name, cell.isNull() ? ABSENT : cell.asText());
            }
            rows.add(named);
        }
        return new Rows(types, rows);
    }

    int size() {
        return rows.size();
    }

    boolean has(String column) {
        return types.containsKey(column);
    }

    /** The first rows, in those of {@code columns} that there are. */
    void print(Screen screen, List<String> columns, int rowsMax) {
        var shown = columns.stream().filter(this::has).toList();
        var heads =
                shown.stream().map(name -> new Cells.Column(name, align(name))).toList();
        var cells = rows.stream()
                .limit(rowsMax)
                .map(row -> shown.stream().map(name -> cell(row, name)).toList())
                .toList();
        screen.table(heads, cells);
    }

    private Cells.Align align(String column) {
        var type = types.getOrDefault(column, "");
        var number =
                type.startsWith("decimal") || type.equals("bigint") || type.equals("integer") || type.equals("double");
        return number ? Cells.Align.RIGHT : Cells.Align.LEFT;
    }

    private static String cell(Map<String, String> row, String column) {
        var text = row.getOrDefault(column, ABSENT);
        return text.isEmpty() ? "∅" : text;
    }
}
