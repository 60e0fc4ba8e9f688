package io.belvedere.federation.arrow;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.belvedere.federation.FederationError;
import io.belvedere.model.error.BelvedereException;
import java.lang.management.ManagementFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;

/** The memory of all batches on their way: one bounded root, and a bounded share of it for each query. */
public final class QueryMemory implements AutoCloseable {
    public static final long QUERY_BYTES_MAX = 256L << 20;
    public static final long NODE_BYTES_MAX = 4L << 30;

    private final RootAllocator root;
    private final long queryBytesMax;

    /** With half of the direct memory that this JVM may use, {@link #NODE_BYTES_MAX} at most: clients are answered from the other half. */
    public QueryMemory() {
        this(Math.min(NODE_BYTES_MAX, directBytesMax() / 2), QUERY_BYTES_MAX);
    }

    public QueryMemory(long nodeBytesMax, long queryBytesMax) {
        this.root = new RootAllocator(nodeBytesMax);
        this.queryBytesMax = queryBytesMax;
    }

    /** The memory of one query; closed by whoever opened it, once every batch is. */
    public BufferAllocator open(String query) {
        return root.newChildAllocator(query, 0, queryBytesMax);
    }

    /**
     * The memory of all dimensions together, of the same root, so that queries share their buffers; closed by whoever opened it, once every
     * dimension is.
     */
    public BufferAllocator openDimensions(long bytesMax) {
        return root.newChildAllocator("dimensions", 0, bytesMax);
    }

    /** {@code -XX:MaxDirectMemorySize}; where it is not set, as much as the heap may have. */
    private static long directBytesMax() {
        long configured = Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue());
        return configured > 0 ? configured : Runtime.getRuntime().maxMemory();
    }

    /** What to say to a query that got no memory: its own share is used up, or the others have taken all there is. */
    public static BelvedereException exhausted(OutOfMemoryException e) {
        boolean byOthers = e.getOutcomeDetails()
                .map(details -> details.getFailedAllocator())
                .filter(failed -> failed.getParentAllocator() == null)
                .isPresent();
        return byOthers
                ? FederationError.OVERLOADED.error(
                        "Other queries take all the server's memory; try again in a moment.", e)
                : FederationError.LIMIT_EXCEEDED.error("The query needs more memory than one query may use.", e);
    }

    /** Bytes in use by all queries. */
    public long bytes() {
        return root.getAllocatedMemory();
    }

    /** Fails when a batch was not closed. */
    @Override
    public void close() {
        root.close();
    }
}
