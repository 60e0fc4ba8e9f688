package io.belvedere.federation.arrow;

import io.belvedere.federation.OutputColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * Few rows that are read several times: at most {@value #ROWS_MAX} rows or {@value #BYTES_MAX} bytes, and the batch that went past it.
 * Filled by one thread, then read by any number of them; whoever makes one closes it, after its readers.
 */
public final class HeldRows implements AutoCloseable {
    static final long ROWS_MAX = 20_000;
    static final long BYTES_MAX = 4L << 20;

    private final List<OutputColumn> columns;
    private final List<VectorSchemaRoot> batches = new ArrayList<>();
    private long rows;
    private long bytes;

    public HeldRows(List<OutputColumn> columns) {
        this.columns = List.copyOf(columns);
    }

    /** Takes batches out of the queue; false when there were more than are held, and the rest still stands in the queue. */
    public boolean fill(BatchQueue queue) {
        while (rows <= ROWS_MAX && bytes <= BYTES_MAX) {
            Optional<VectorSchemaRoot> next = queue.take();
            if (next.isEmpty()) {
                return true;
            }
            VectorSchemaRoot batch = next.get();
            batches.add(batch);
            rows += batch.getRowCount();
            for (FieldVector vector : batch.getFieldVectors()) {
                bytes += vector.getBufferSize();
            }
        }
        return false;
    }

    public List<OutputColumn> columns() {
        return columns;
    }

    public long rows() {
        return rows;
    }

    /** To be read, not changed or closed. */
    public List<VectorSchemaRoot> batches() {
        return List.copyOf(batches);
    }

    /** The rows in the form in which the engine reads them; their buffers are shared, not copied. */
    public ArrowReader reader(BufferAllocator memory) {
        return new Reader(new BatchQueue(0), memory);
    }

    /** The rows held, then those that stand in the queue. */
    public ArrowReader readerBefore(BatchQueue rest, BufferAllocator memory) {
        return new Reader(rest, memory);
    }

    private synchronized ArrowRecordBatch share(VectorSchemaRoot batch) {
        return new VectorUnloader(batch).getRecordBatch();
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
        batches.clear();
    }

    /** One reading. */
    final class Reader extends QueueReader {
        private final Iterator<VectorSchemaRoot> held = List.copyOf(batches).iterator();

        Reader(BatchQueue rest, BufferAllocator memory) {
            super(rest, columns, memory);
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            if (!held.hasNext()) {
                return super.loadNextBatch();
            }
            prepareLoadNextBatch();
            try (ArrowRecordBatch shared = share(held.next())) {
                loadRecordBatch(shared);
            }
            return true;
        }
    }
}
