package io.belvedere.federation.dimension;

import io.belvedere.federation.FederationError;
import io.belvedere.model.dimension.DimensionDefinition;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Copies batches side by side into few pieces of memory: what a source is read into has room to grow, and Arrow rounds each buffer to a power of
 * two. Pieces grow with what is packed, up to {@value #PIECE_BYTES_MAX} bytes. Used by one thread; closing it gives back what was not taken.
 */
final class PackedBatches implements AutoCloseable {
    static final int PIECE_BYTES_MAX = 1 << 20;
    private static final int PIECE_BYTES_MIN = 1 << 10;
    private static final int ALIGNMENT = 64;

    private final DimensionDefinition dimension;
    private final Schema schema;
    private final BufferAllocator memory;
    private final DimensionLimits limits;
    private final List<ArrowBuf> pieces = new ArrayList<>();
    private List<VectorSchemaRoot> batches = new ArrayList<>();
    private long used;
    private long rows;
    private long bytes;

    PackedBatches(DimensionDefinition dimension, Schema schema, BufferAllocator memory, DimensionLimits limits) {
        this.dimension = dimension;
        this.schema = schema;
        this.memory = memory;
        this.limits = limits;
    }

    /**
     * Copies a batch, which stays its owner's.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code DIMENSION_REFUSED}, with the figures, past a limit
     */
    void add(VectorSchemaRoot batch) {
        if (batch.getRowCount() == 0) {
            return;
        }
        rows += batch.getRowCount();
        if (rows > dimension.rowsMax()) {
            throw refused("it has more than " + dimension.rowsMax() + " rows, which is its maxRows");
        }
        VectorSchemaRoot packed = VectorSchemaRoot.create(schema, memory);
        batches.add(packed);
        try (ArrowRecordBatch from = new VectorUnloader(batch).getRecordBatch()) {
            List<ArrowBuf> copies = new ArrayList<>();
            for (ArrowBuf buffer : from.getBuffers()) {
                copies.add(copy(buffer));
            }
            try (ArrowRecordBatch copied = new ArrowRecordBatch(from.getLength(), from.getNodes(), copies)) {
                new VectorLoader(packed).load(copied);
            }
        } catch (OutOfMemoryException full) {
            throw full(full);
        }
    }

    long rows() {
        return rows;
    }

    /** Memory that the batches take. */
    long bytes() {
        return bytes;
    }

    /** All that was added; the caller closes them. */
    List<VectorSchemaRoot> take() {
        List<VectorSchemaRoot> taken = batches;
        batches = new ArrayList<>();
        return taken;
    }

    private ArrowBuf copy(ArrowBuf buffer) {
        long length = buffer.readableBytes();
        if (length == 0) {
            return memory.getEmpty();
        }
        long size = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (pieces.isEmpty() || used + size > pieces.getLast().capacity()) {
            addPiece(size);
        }
        ArrowBuf copy = pieces.getLast().slice(used, length);
        copy.setBytes(0, buffer, buffer.readerIndex(), length);
        copy.writerIndex(length);
        used += size;
        return copy;
    }

    private void addPiece(long atLeast) {
        long piece =
                Math.max(atLeast, Math.clamp(Long.highestOneBit(Math.max(1, bytes)), PIECE_BYTES_MIN, PIECE_BYTES_MAX));
        requireRoom(piece);
        ArrowBuf added = memory.buffer(piece);
        pieces.add(added);
        bytes += added.getActualMemoryConsumed();
        used = 0;
        requireRoom(0);
    }

    /** Whether there is room for the index too, before it is made. */
    void requireRoomForIndex() {
        if (!dimension.key().isEmpty()) {
            requireRoom(DimensionIndex.bytes(rows));
        }
    }

    private void requireRoom(long more) {
        if (bytes + more > limits.bytesMax(dimension)) {
            throw refused("its first " + rows + " rows need more than " + limits.bytesMax(dimension)
                    + " bytes, which is all that it may take");
        }
    }

    private RuntimeException full(OutOfMemoryException cause) {
        return FederationError.DIMENSION_REFUSED.error(
                message("its first " + rows + " rows need " + bytes + " bytes, and all dimensions together, at "
                        + memory.getAllocatedMemory() + " bytes now, may take " + memory.getLimit()),
                cause);
    }

    private RuntimeException refused(String why) {
        return FederationError.DIMENSION_REFUSED.error(message(why));
    }

    private String message(String why) {
        return "Dimension '" + dimension.name() + "' was not loaded: " + why + ".";
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
        // The batches that were taken keep what they share.
        pieces.forEach(ArrowBuf::close);
        pieces.clear();
    }
}
