package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.belvedere.federation.OutputColumn;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a row and a line, and a last line <code>{"$end": {…}}</code>. No column of such a result is named {@code $end},
 * and no two have one name.
 */
final class NdjsonResult implements ResultWriter {
    static final String END = "$end";

    private final OutputStream out;
    private List<String> names = List.of();
    private @Nullable JsonGenerator json;

    NdjsonResult(OutputStream out) {
        this.out = out;
    }

    @Override
    public void begin(Head head) throws IOException {
        List<String> columns = head.columns().stream().map(OutputColumn::name).toList();
        Set<String> distinct = new HashSet<>(columns);
        if (distinct.size() < columns.size() || distinct.contains(END)) {
            throw REQUEST_INVALID.error("As NDJSON each column needs a name of its own, and none may be " + END
                    + "; rename columns with AS, or ask for application/json.");
        }
        names = columns;
        json = JsonCells.generator(out).setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    @Override
    public void rows(VectorSchemaRoot batch) throws IOException {
        JsonGenerator generator = begun();
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int row = 0; row < batch.getRowCount(); row++) {
            generator.writeStartObject();
            for (int column = 0; column < vectors.size(); column++) {
                generator.writeFieldName(names.get(column));
                JsonCells.write(generator, vectors.get(column), row);
            }
            generator.writeEndObject();
        }
        generator.flush();
    }

    @Override
    public void end(ResultEnd end) throws IOException {
        JsonGenerator generator = begun();
        generator.writeStartObject();
        generator.writeObjectFieldStart(END);
        JsonCells.writeEnd(generator, end);
        generator.writeEndObject();
        generator.writeEndObject();
        generator.writeRaw('\n');
        generator.close();
    }

    private JsonGenerator begun() {
        if (json == null) {
            throw new IllegalStateException("a result begins with its head");
        }
        return json;
    }

    @Override
    public boolean breaksOnFailure() {
        return false;
    }
}
