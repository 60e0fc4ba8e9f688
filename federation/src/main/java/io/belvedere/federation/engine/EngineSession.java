package io.belvedere.federation.engine;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * The database of one query. Its methods may be called by several threads at a time; they block, and must be called on platform
 * threads, because they hold native frames while they wait for rows.
 *
 * <p>All throw {@link io.belvedere.model.error.BelvedereException}: {@code DATA_ERROR}, {@code LIMIT_EXCEEDED} (memory or spill),
 * {@code CANCELLED}, {@code ENGINE_FAILED}; what a reader throws comes back as its cause.
 */
public interface EngineSession extends AutoCloseable {
    /** Reads all rows into a table that later statements see under {@code name}. Does not close the reader. */
    void keep(String name, ArrowReader rows, BufferAllocator memory);

    /** Runs a query and keeps its rows as table {@code name}. The inputs are read once, under their names, by this query only. */
    void derive(String name, String sql, List<Input> inputs, BufferAllocator memory);

    /** Runs a query and streams its rows; they must be closed before the session. */
    Rows deliver(String sql, List<Input> inputs, BufferAllocator memory);

    /** Stops every running statement; they then fail with {@code CANCELLED}, as do later ones. Does not wait. */
    void cancel();

    /** Drops everything; no statement may be running. */
    @Override
    void close();

    /** Rows as the engine computes them, read by one thread, which closes them. */
    interface Rows extends AutoCloseable {
        /** Loads the next rows into {@link #batch()}; false after the last. */
        boolean next();

        /** What {@link #next()} loaded, or the columns alone before; valid until the next call, owned by this. */
        VectorSchemaRoot batch();

        @Override
        void close();
    }

    /** Rows that a statement reads once, under a name. */
    record Input(String name, ArrowReader rows) {}
}
