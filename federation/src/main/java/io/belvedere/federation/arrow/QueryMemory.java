package io.belvedere.federation.arrow;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The memory of all batches on their way: one bounded root, and a bounded share of it for each query. */
public final class QueryMemory implements AutoCloseable {
    public static final long QUERY_BYTES_MAX = 256L << 20;
    public static final long NODE_BYTES_MAX = 4L << 30;

    private final RootAllocator root;
    private final long queryBytesMax;

    public QueryMemory() {
        this(NODE_BYTES_MAX, QUERY_BYTES_MAX);
    }

    public QueryMemory(long nodeBytesMax, long queryBytesMax) {
        this.root = new RootAllocator(nodeBytesMax);
        this.queryBytesMax = queryBytesMax;
    }

    /** The memory of one query; closed by whoever opened it, once every batch is. */
    public BufferAllocator open(String query) {
        return root.newChildAllocator(query, 0, queryBytesMax);
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
