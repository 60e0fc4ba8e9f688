package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.model.error.BelvedereException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of a plan with a dimension's rows in a source's statement. Where these do not fit, or the source compares such a column in
 * another way than its definition says, the plan without them is run instead; that is known before the first row.
 */
final class InlinedStream implements RowStream {
    private final Supplier<RowStream> otherwise;
    private final Runnable release;
    // Used by the one reader.
    private boolean begun;
    private boolean closed;
    // Written by the one reader, read by whoever cancels; guarded by this.
    private RowStream current;
    private boolean cancelled;

    /** @param release gives back what the two plans share, called once */
    InlinedStream(RowStream inlined, Supplier<RowStream> otherwise, Runnable release) {
        this.current = inlined;
        this.otherwise = otherwise;
        this.release = release;
    }

    @Override
    public List<OutputColumn> columns() {
        return current.columns();
    }

    @Override
    public boolean next() {
        if (begun) {
            return current.next();
        }
        begun = true;
        return first().orElseGet(() -> {
            current.close();
            turnTo(otherwise.get());
            return current.next();
        });
    }

    /** Empty where the plan is not the one to run. */
    private Optional<Boolean> first() {
        try {
            return Optional.of(current.next());
        } catch (BelvedereException e) {
            if (e.getCause() instanceof RowsDoNotFit || e.code() == FederationError.SCHEMA_DRIFT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void turnTo(RowStream next) {
        boolean stop;
        synchronized (this) {
            current = next;
            stop = cancelled;
        }
        if (stop) {
            next.cancel();
        }
    }

    @Override
    public VectorSchemaRoot batch() {
        return current.batch();
    }

    @Override
    public List<String> incompleteSources() {
        return current.incompleteSources();
    }

    @Override
    public List<SourceReading> readings() {
        return current.readings();
    }

    @Override
    public List<DimensionReading> dimensions() {
        return current.dimensions();
    }

    @Override
    public void cancel() {
        RowStream running;
        synchronized (this) {
            cancelled = true;
            running = current;
        }
        running.cancel();
    }

    @Override
    public void close() {
        current.close();
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
