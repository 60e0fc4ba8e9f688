package io.belvedere.federation.result;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.run.SourceReading;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A kept result, read once more: each reader has rows of its own, in the memory of its query. */
final class KeptStream implements RowStream {
    private final KeptResult result;
    private final List<OutputColumn> columns;
    private final RunContext context;
    private final BufferAllocator memory;
    private final Duration age;
    private volatile boolean cancelled;
    // Used by the one thread that reads.
    private @Nullable VectorSchemaRoot current;
    private int next;
    private boolean closed;

    /** @param memory of this query; closed with the stream */
    KeptStream(KeptResult result, List<OutputColumn> columns, RunContext context, BufferAllocator memory) {
        this.result = result;
        this.columns = List.copyOf(columns);
        this.context = context;
        this.memory = memory;
        this.age = Duration.ofNanos(System.nanoTime() - result.askedNanos());
    }

    @Override
    public List<OutputColumn> columns() {
        return columns;
    }

    @Override
    public boolean next() {
        dropCurrent();
        if (cancelled) {
            throw FederationError.CANCELLED.error("The query was cancelled.");
        }
        if (context.deadline().passed()) {
            throw FederationError.TIMED_OUT.error("The query did not end before its deadline.");
        }
        if (next == result.batches().size()) {
            return false;
        }
        current = BatchBytes.read(result.batches().get(next++), result.schema(), memory);
        return true;
    }

    @Override
    public VectorSchemaRoot batch() {
        if (current == null) {
            throw new IllegalStateException("next() has not given a batch");
        }
        return current;
    }

    /** None: only whole results are kept. */
    @Override
    public List<String> incompleteSources() {
        return List.of();
    }

    @Override
    public List<SourceReading> readings() {
        return result.readings();
    }

    /** Older by as much as the result is. */
    @Override
    public List<DimensionReading> dimensions() {
        return result.dimensions().stream()
                .map(each -> new DimensionReading(
                        each.dimension(), each.asOf(), each.age().plus(age)))
                .toList();
    }

    @Override
    public Optional<Duration> keptFor() {
        return Optional.of(age);
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            dropCurrent();
            memory.close();
        }
    }

    private void dropCurrent() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
