package io.belvedere.federation.dimension;

import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.DimensionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/** Dimensions whose rows tests give, of an age that tests say. Closing it fails while a lease is open, and gives the memory back. */
public final class FixedDimensions implements DimensionStore, AutoCloseable {
    private final BufferAllocator memory;
    private final Map<TableName, DimensionRows> kept = new LinkedHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile Duration age = Duration.ZERO;

    public FixedDimensions(BufferAllocator memory) {
        this.memory = memory;
    }

    /** Takes a batch's buffers over. */
    public VectorSchemaRoot moved(VectorSchemaRoot from) {
        List<FieldVector> vectors = new ArrayList<>();
        for (FieldVector vector : from.getFieldVectors()) {
            TransferPair pair = vector.getTransferPair(memory);
            pair.transfer();
            vectors.add((FieldVector) pair.getTo());
        }
        return new VectorSchemaRoot(vectors);
    }

    public void keep(DimensionDefinition dimension, Instant asOf, List<VectorSchemaRoot> batches) {
        kept.put(dimension.name(), new DimensionRows(dimension, asOf, kept.size() + 1L, batches));
    }

    /** From now on the rows are so old. */
    public void age(Duration now) {
        age = now;
    }

    @Override
    public Optional<Lease> find(DimensionDefinition dimension, Duration staleMax, Deadline deadline) {
        DimensionRows rows = kept.get(dimension.name());
        if (rows == null || age.compareTo(staleMax) > 0) {
            return Optional.empty();
        }
        open.incrementAndGet();
        return Optional.of(new Lease() {
            private boolean closed;

            @Override
            public DimensionRows rows() {
                return rows;
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    open.decrementAndGet();
                }
            }
        });
    }

    /** How many leases are not closed yet. */
    public int open() {
        return open.get();
    }

    @Override
    public void close() {
        if (open() > 0) {
            throw new IllegalStateException(open() + " leases are open");
        }
        kept.values().forEach(DimensionRows::close);
        memory.close();
    }
}
