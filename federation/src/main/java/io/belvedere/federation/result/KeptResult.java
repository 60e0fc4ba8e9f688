package io.belvedere.federation.result;

import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.SourceReading;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A whole result, on the heap, so that nobody has to give it back. Immutable; its arrays are never handed out.
 *
 * @param batches each as an Arrow IPC message
 * @param askedNanos when it was asked for, on the monotonic clock
 */
record KeptResult(
        Schema schema,
        List<byte[]> batches,
        List<SourceReading> readings,
        List<DimensionReading> dimensions,
        long askedNanos) {
    /** What an entry takes besides its rows: key, schema, readings. */
    static final long OVERHEAD_BYTES = 2_048;

    KeptResult {
        batches = List.copyOf(batches);
        readings = List.copyOf(readings);
        dimensions = List.copyOf(dimensions);
    }

    long bytes() {
        return OVERHEAD_BYTES
                + batches.stream().mapToLong(batch -> batch.length).sum();
    }
}
