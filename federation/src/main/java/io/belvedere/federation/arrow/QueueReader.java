package io.belvedere.federation.arrow;

import io.belvedere.federation.OutputColumn;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** A queue of batches in the form in which the engine reads rows; buffers move, nothing is copied. */
public sealed class QueueReader extends ArrowReader permits HeldRows.Reader {
    private final BatchQueue queue;
    private final Schema schema;

    public QueueReader(BatchQueue queue, List<OutputColumn> columns, BufferAllocator memory) {
        super(memory);
        this.queue = queue;
        this.schema = ArrowTypes.schema(columns);
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        Optional<VectorSchemaRoot> next = queue.take();
        if (next.isEmpty()) {
            return false;
        }
        try (VectorSchemaRoot batch = next.get();
                ArrowRecordBatch moved = new VectorUnloader(batch).getRecordBatch()) {
            loadRecordBatch(moved);
            return true;
        }
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        queue.close();
    }

    @Override
    protected Schema readSchema() {
        return schema;
    }
}
