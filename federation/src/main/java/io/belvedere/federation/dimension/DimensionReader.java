package io.belvedere.federation.dimension;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** One reading of batches that others read too. Used by one thread. */
final class DimensionReader extends ArrowReader {
    private final Schema schema;
    private final Iterator<ArrowRecordBatch> batches;

    DimensionReader(Schema schema, List<ArrowRecordBatch> batches, BufferAllocator memory) {
        super(memory);
        this.schema = schema;
        this.batches = batches.iterator();
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        if (!batches.hasNext()) {
            return false;
        }
        // The reader's own way to load would close the batch, which is not its own; this one only retains the buffers.
        new VectorLoader(getVectorSchemaRoot()).load(batches.next());
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {}

    @Override
    protected Schema readSchema() {
        return schema;
    }
}
