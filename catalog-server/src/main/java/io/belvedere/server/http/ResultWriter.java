package io.belvedere.server.http;

import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One format of a result. Called in the order of the methods, by one thread; writes to the stream it was made with. */
interface ResultWriter {
    /** Throws a {@code BelvedereException} where the columns cannot be written in this format; writes nothing then. */
    void begin(Head head) throws IOException;

    /** Writes the rows and hands everything written so far to the stream. */
    void rows(VectorSchemaRoot batch) throws IOException;

    /** Writes the terminal frame and flushes. */
    void end(ResultEnd end) throws IOException;

    /** Whether a failed result needs a broken connection to be seen as one, because readers of the format may skip its last frame. */
    boolean breaksOnFailure();

    static ResultWriter of(ResultFormat format, OutputStream out, CsvFormulas formulas) {
        return switch (format) {
            case JSON -> new JsonResult(out);
            case NDJSON -> new NdjsonResult(out);
            case CSV -> new CsvResult(out, formulas);
            case ARROW -> new ArrowResult(out);
        };
    }

    static ResultWriter of(ExportFormat format, OutputStream out, CsvFormulas formulas) {
        return switch (format) {
            case CSV -> new CsvResult(out, formulas);
            case PARQUET -> new ParquetResult(out);
            case ARROW -> new ArrowFileResult(out);
        };
    }
}
