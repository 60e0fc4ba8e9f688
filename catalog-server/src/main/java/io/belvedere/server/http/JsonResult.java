package io.belvedere.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.belvedere.federation.OutputColumn;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** One JSON document: head, rows as arrays, and the terminal frame as its last fields. */
final class JsonResult implements ResultWriter {
    private final OutputStream out;
    private @Nullable JsonGenerator json;

    JsonResult(OutputStream out) {
        this.out = out;
    }

    @Override
    public void begin(Head head) throws IOException {
        JsonGenerator generator = JsonCells.generator(out);
        json = generator;
        generator.writeStartObject();
        generator.writeStringField("queryId", head.query().toString());
        generator.writeStringField("auditId", head.auditId());
        generator.writeArrayFieldStart("columns");
        for (OutputColumn column : head.columns()) {
            generator.writeStartObject();
            generator.writeStringField("name", column.name());
            generator.writeStringField("type", column.type().toString());
            generator.writeBooleanField("nullable", column.presence() == Presence.OPTIONAL);
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("rows");
    }

    @Override
    public void rows(VectorSchemaRoot batch) throws IOException {
        JsonGenerator generator = begun();
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int row = 0; row < batch.getRowCount(); row++) {
            generator.writeStartArray();
            for (FieldVector vector : vectors) {
                JsonCells.write(generator, vector, row);
            }
            generator.writeEndArray();
        }
        generator.flush();
    }

    @Override
    public void end(ResultEnd end) throws IOException {
        JsonGenerator generator = begun();
        generator.writeEndArray();
        JsonCells.writeEnd(generator, end);
        generator.writeEndObject();
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
