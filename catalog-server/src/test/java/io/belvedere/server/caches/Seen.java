package io.belvedere.server.caches;

import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink;
import io.belvedere.server.pipeline.RunningQuery;
import java.time.Duration;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A door's end of a result: columns and rows as one text, and how it ended. */
final class Seen implements ResultSink {
    private final StringBuilder text = new StringBuilder();
    private @Nullable ResultEnd end;

    @Override
    public void watch(RunningQuery query) {
        // Nobody goes away.
    }

    @Override
    public void begin(Head head) {
        text.append(head.columns()).append('\n');
    }

    @Override
    public void write(VectorSchemaRoot batch) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            for (FieldVector column : batch.getFieldVectors()) {
                text.append(column.getObject(row)).append('|');
            }
            text.append('\n');
        }
    }

    @Override
    public void end(ResultEnd given) {
        end = given;
    }

    @Override
    public boolean committed() {
        return false;
    }

    @Override
    public long bytes() {
        return text.length();
    }

    /** Columns and rows; throws when nothing said that they are all. */
    String complete() {
        if (end == null || end.status() != ResultEnd.Status.COMPLETE) {
            throw new IllegalStateException("the result is not complete");
        }
        return text.toString();
    }

    Optional<Duration> keptFor() {
        return end == null ? Optional.empty() : end.keptFor();
    }
}
