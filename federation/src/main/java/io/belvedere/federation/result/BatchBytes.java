package io.belvedere.federation.result;

import io.belvedere.federation.arrow.QueryMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** A batch as bytes of an Arrow IPC message, and back. */
final class BatchBytes {
    private BatchBytes() {}

    /** A copy of the rows; the batch stays the caller's. */
    static byte[] of(VectorSchemaRoot batch) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArrowRecordBatch shared = new VectorUnloader(batch).getRecordBatch()) {
            MessageSerializer.serialize(new WriteChannel(Channels.newChannel(out)), shared);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /**
     * The rows in the caller's memory, owned by the caller.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code LIMIT_EXCEEDED} or {@code OVERLOADED} when there is no room for them
     */
    static VectorSchemaRoot read(byte[] bytes, Schema schema, BufferAllocator memory) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory);
        try (ArrowRecordBatch message = MessageSerializer.deserializeRecordBatch(
                new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))), memory)) {
            new VectorLoader(batch).load(message);
            return batch;
        } catch (OutOfMemoryException e) {
            batch.close();
            throw QueryMemory.exhausted(e);
        } catch (IOException impossible) {
            batch.close();
            throw new UncheckedIOException(impossible);
        }
    }
}
