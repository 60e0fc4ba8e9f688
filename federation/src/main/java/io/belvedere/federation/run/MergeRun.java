package io.belvedere.federation.run;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Merges the sorted rows of several shards: always the first of those that stand next. One thread's; ends with its query. */
final class MergeRun {
    private static final int BATCH_ROWS = 8_192;

    private final Run run;
    private final Step.PassThrough step;
    private final RowOrder order;
    private final List<BatchQueue> inputs;
    private final BatchQueue out;
    // Used by the one thread that merges.
    private final List<Cursor> cursors = new ArrayList<>();
    private @Nullable VectorSchemaRoot batch;
    private int batchRows;

    /**
     * @param inputs a queue for each shard, with its rows in order
     */
    MergeRun(Run run, Step.PassThrough step, List<BatchQueue> inputs, BatchQueue out) {
        this.run = run;
        this.step = step;
        this.order = new RowOrder(step.merge().keys());
        this.inputs = List.copyOf(inputs);
        this.out = out;
    }

    /** Merges until the last row, or until nobody wants more. */
    void merge() {
        try {
            if (copyAll()) {
                out.finish();
            }
        } finally {
            cursors.forEach(Cursor::close);
            inputs.forEach(BatchQueue::close);
            if (batch != null) {
                batch.close();
            }
        }
    }

    private boolean copyAll() {
        PriorityQueue<Cursor> next = new PriorityQueue<>(
                inputs.size(), (one, other) -> order.compare(one.rows(), one.row, other.rows(), other.row));
        for (BatchQueue input : inputs) {
            Cursor cursor = new Cursor(input);
            cursors.add(cursor);
            if (cursor.advance()) {
                next.add(cursor);
            }
        }
        long skip = step.merge().offset();
        long left = step.merge().rowsMax();
        for (Cursor first = next.poll(); first != null && left > 0; first = next.poll()) {
            if (skip > 0) {
                skip--;
            } else {
                left--;
                if (!copy(first)) {
                    return false;
                }
            }
            if (first.advance()) {
                next.add(first);
            }
        }
        return flush();
    }

    private boolean copy(Cursor from) {
        VectorSchemaRoot to = batch;
        if (to == null) {
            List<OutputColumn> columns = step.columns();
            to = VectorSchemaRoot.create(ArrowTypes.schema(columns), run.memory());
            batch = to;
            batchRows = 0;
        }
        List<Integer> columns = step.merge().columns();
        for (int i = 0; i < columns.size(); i++) {
            to.getVector(i).copyFromSafe(from.row, batchRows, from.rows().getVector(columns.get(i)));
        }
        batchRows++;
        return batchRows < BATCH_ROWS || flush();
    }

    private boolean flush() {
        VectorSchemaRoot full = batch;
        if (full == null) {
            return true;
        }
        batch = null;
        full.setRowCount(batchRows);
        return out.put(full);
    }

    /** The next row of one shard. */
    private static final class Cursor implements AutoCloseable {
        private final BatchQueue input;
        private @Nullable VectorSchemaRoot rows;
        private int row;

        Cursor(BatchQueue input) {
            this.input = input;
        }

        VectorSchemaRoot rows() {
            if (rows == null) {
                throw new IllegalStateException("advance() has not given a row");
            }
            return rows;
        }

        /** To the next row; false after the last. */
        boolean advance() {
            row++;
            while (rows == null || row >= rows.getRowCount()) {
                close();
                rows = input.take().orElse(null);
                row = 0;
                if (rows == null) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            if (rows != null) {
                rows.close();
                rows = null;
            }
        }
    }
}
