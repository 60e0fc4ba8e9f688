package io.belvedere.federation.run;

import io.belvedere.federation.OutputColumn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of a result as Arrow batches, read by one thread. Whoever opened it closes it; closing before the end cancels every
 * source statement.
 */
public interface RowStream extends AutoCloseable {
    List<OutputColumn> columns();

    /**
     * Loads the next batch into {@link #batch()}; false after the last. Blocks, at most until the deadline.
     *
     * @throws io.belvedere.model.error.BelvedereException when a source fails, the deadline passes or the query is cancelled;
     *     the rows given so far are then not a complete result
     */
    boolean next();

    /** The batch that {@link #next()} loaded; valid until the next call, owned by the stream. */
    VectorSchemaRoot batch();

    /** Sources whose rows are missing because the contract lets them; empty for a complete result. Meaningful after the last batch. */
    List<String> incompleteSources();

    /** As of when the rows of each source are. Meaningful after the last batch. */
    List<SourceReading> readings();

    /** The dimensions whose rows were read from memory, by name. */
    List<DimensionReading> dimensions();

    /** How long ago these rows were asked for, where they are kept from an earlier query; empty for rows of now. */
    default Optional<Duration> keptFor() {
        return Optional.empty();
    }

    /** Stops the query from another thread; {@link #next()} then throws {@code CANCELLED}. */
    void cancel();

    @Override
    void close();
}
