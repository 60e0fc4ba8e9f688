package io.belvedere.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.DeprecatedUse;
import io.belvedere.server.pipeline.ResultEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.Locale;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;

/** What JSON and NDJSON results share: cells and the terminal frame. */
final class JsonCells {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private JsonCells() {}

    static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /**
     * Writes a cell: booleans, integers and finite doubles as such, everything else as a string, so that no reader rounds a big
     * integer or a decimal.
     */
    static void write(JsonGenerator json, FieldVector vector, int row) throws IOException {
        if (vector.isNull(row)) {
            json.writeNull();
            return;
        }
        switch (vector) {
            case BitVector bits -> json.writeBoolean(bits.get(row) == 1);
            case IntVector ints -> json.writeNumber(ints.get(row));
            case Float8Vector doubles when Double.isFinite(doubles.get(row)) -> json.writeNumber(doubles.get(row));
            default -> json.writeString(Cells.text(vector, row));
        }
    }

    private static void write(JsonGenerator json, DeprecatedUse use) throws IOException {
        json.writeStartObject();
        json.writeStringField("view", use.view().toString());
        json.writeStringField("since", use.clause().since().toString());
        if (use.clause().sunset().isPresent()) {
            json.writeStringField("sunset", use.clause().sunset().get().toString());
        }
        if (use.clause().successor().isPresent()) {
            json.writeStringField("successor", use.clause().successor().get().toString());
        }
        json.writeStringField("detail", use.text());
        json.writeEndObject();
    }

    /** Writes the fields of the terminal frame into the object that is open. */
    static void writeEnd(JsonGenerator json, ResultEnd end) throws IOException {
        json.writeStringField("status", end.status().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("rowCount", end.rows());
        json.writeArrayFieldStart("incompleteSources");
        for (String source : end.incompleteSources()) {
            json.writeString(source);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("sources");
        for (SourceReading reading : end.sources()) {
            json.writeStartObject();
            json.writeStringField("source", reading.source());
            json.writeStringField("asOf", reading.asOf().toString());
            json.writeStringField("latest", reading.latest().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (end.keptFor().isPresent()) {
            json.writeObjectFieldStart("cache");
            json.writeNumberField("ageMs", end.keptFor().get().toMillis());
            json.writeEndObject();
        }
        if (!end.deprecated().isEmpty()) {
            json.writeArrayFieldStart("deprecated");
            for (DeprecatedUse use : end.deprecated()) {
                write(json, use);
            }
            json.writeEndArray();
        }
        if (!end.dimensions().isEmpty()) {
            json.writeArrayFieldStart("dimensions");
            for (DimensionReading reading : end.dimensions()) {
                json.writeStartObject();
                json.writeStringField("dimension", reading.dimension());
                json.writeStringField("asOf", reading.asOf().toString());
                json.writeStringField("age", reading.age().toString());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        if (end.failure().isPresent()) {
            BelvedereException failure = end.failure().get();
            json.writeObjectFieldStart("error");
            json.writeStringField("code", failure.code().name());
            json.writeStringField("detail", failure.detail());
            json.writeEndObject();
        }
        if (end.receipt().isPresent()) {
            json.writeObjectFieldStart("receipt");
            json.writeStringField("id", end.receipt().get().id());
            json.writeStringField("leafHash", end.receipt().get().leafHash());
            json.writeEndObject();
        }
    }

    /** The terminal frame as one JSON object in one line. */
    static String frame(ResultEnd end) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            writeEnd(json, end);
            json.writeEndObject();
        }
        return text.toString();
    }
}
