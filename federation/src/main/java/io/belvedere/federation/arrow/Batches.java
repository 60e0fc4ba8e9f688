package io.belvedere.federation.arrow;

import java.sql.SQLException;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A source's rows, batch by batch. Used by one thread; closed by whoever opened it, before its statement. */
public sealed interface Batches extends AutoCloseable permits BatchReader, DuckDbBatches {
    /**
     * The next batch, which the caller then owns; empty after the last.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code DATA_ERROR} for a value that does not fit, {@code LIMIT_EXCEEDED}
     *     when the query's memory is used up
     */
    Optional<VectorSchemaRoot> next() throws SQLException;

    @Override
    void close();
}
