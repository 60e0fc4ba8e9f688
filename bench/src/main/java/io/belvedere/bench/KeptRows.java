package io.belvedere.bench;

import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink;
import io.belvedere.server.pipeline.RunningQuery;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A door's end of a result: the rows as text. */
final class KeptRows implements ResultSink {
    private final List<List<String>> rows = new ArrayList<>();
    private boolean complete;

    @Override
    public void watch(RunningQuery query) {
        // Nobody goes away.
    }

    @Override
    public void begin(Head head) {
        // The columns are known.
    }

    @Override
    public void write(VectorSchemaRoot batch) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            List<String> cells = new ArrayList<>();
            for (FieldVector column : batch.getFieldVectors()) {
                cells.add(String.valueOf(column.getObject(row)));
            }
            rows.add(cells);
        }
    }

    @Override
    public void end(ResultEnd end) {
        complete = end.status() == ResultEnd.Status.COMPLETE;
    }

    @Override
    public boolean committed() {
        return false;
    }

    @Override
    public long bytes() {
        return 0;
    }

    /** Throws when nothing said that they are all. */
    List<List<String>> complete() {
        if (!complete) {
            throw new IllegalStateException("the result is not complete");
        }
        return rows;
    }
}
