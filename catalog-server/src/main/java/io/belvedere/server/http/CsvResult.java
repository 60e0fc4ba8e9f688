package io.belvedere.server.http;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.DataType;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * CSV (RFC 4180) with a header, and a last line {@code # {…}} with the terminal frame.
 *
 * <p>NULL is an empty field, empty text is {@code ""}. Text and Base64 that a spreadsheet would take for a formula get a leading
 * {@code '}: those that begin with {@code = + - @}, also in full width, after whatever spaces and characters that do not show; and those
 * that begin with a tab or the end of a line. Numbers and dates stay as they are. A record never begins with a bare {@code #}: such a first
 * field is quoted.
 */
final class CsvResult implements ResultWriter {
    /** OWASP's list; the last four are the first four in full width, which spreadsheets of East Asia read alike. */
    private static final String FORMULA_STARTS = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    private static final String FIELD_BREAKS = "\t\r\n";

    private final Writer out;
    private final CsvFormulas formulas;
    private List<OutputColumn> columns = List.of();

    CsvResult(OutputStream out, CsvFormulas formulas) {
        this.formulas = formulas;
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    @Override
    public void begin(Head head) throws IOException {
        columns = head.columns();
        for (int column = 0; column < columns.size(); column++) {
            separate(column);
            out.write(quoted(harmless(columns.get(column).name())));
        }
        out.write("\r\n");
    }

    @Override
    public void rows(VectorSchemaRoot batch) throws IOException {
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int row = 0; row < batch.getRowCount(); row++) {
            for (int column = 0; column < vectors.size(); column++) {
                separate(column);
                FieldVector vector = vectors.get(column);
                if (!vector.isNull(row)) {
                    out.write(cell(vector, row, columns.get(column).type()));
                }
            }
            out.write("\r\n");
        }
        out.flush();
    }

    private void separate(int column) throws IOException {
        if (column > 0) {
            out.write(',');
        }
    }

    private String cell(FieldVector vector, int row, DataType type) {
        String text = Cells.text(vector, row);
        // Base64 may begin with +.
        return type == DataType.Simple.VARCHAR || type == DataType.Simple.VARBINARY ? quoted(harmless(text)) : text;
    }

    private String harmless(String text) {
        return switch (formulas) {
            case QUOTE -> isFormula(text) ? "'" + text : text;
            case KEEP -> text;
        };
    }

    private static boolean isFormula(String text) {
        if (text.isEmpty()) {
            return false;
        }
        if (FIELD_BREAKS.indexOf(text.charAt(0)) >= 0) {
            return true;
        }
        int first = 0;
        while (first < text.length() && doesNotShow(text.charAt(first))) {
            first++;
        }
        return first < text.length() && FORMULA_STARTS.indexOf(text.charAt(first)) >= 0;
    }

    private static boolean doesNotShow(char character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.isISOControl(character)
                || Character.getType(character) == Character.FORMAT;
    }

    private static String quoted(String text) {
        boolean plain = !text.isEmpty() && text.charAt(0) != '#' && text.chars().noneMatch(CsvResult::needsQuotes);
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static boolean needsQuotes(int character) {
        return character == '"' || character == ',' || character == '\r' || character == '\n';
    }

    @Override
    public void end(ResultEnd end) throws IOException {
        out.write("# ");
        out.write(JsonCells.frame(end));
        out.write("\r\n");
        out.flush();
    }

    @Override
    public boolean breaksOnFailure() {
        return true;
    }
}
