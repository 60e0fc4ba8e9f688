package io.belvedere.federation.dimension;

import io.belvedere.federation.run.RowStream;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * When one dimension is to be loaded, and what came of it. Knows no rows. Safe for use by many threads; holds its lock for no longer than a few
 * assignments.
 */
final class KeptDimension {
    /** Loads begin at least so long after each other, however often a source tells of changes. */
    static final long SPACING_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** After a failure nobody asks again for so long; a query that comes meanwhile reads at the source. */
    static final long FAILURE_HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private final DimensionDefinition definition;
    private final SourceDefinition source;
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder changes = new LongAdder();

    // All below guarded by this.
    private long dueNanos;
    private long beganNanos;
    private boolean begunOnce;
    private boolean changedMeanwhile;
    private boolean retired;
    private int failuresInARow;
    private long failedNanos;
    private Optional<DimensionStatus.Failure> failure = Optional.empty();
    private Optional<CompletableFuture<Void>> loading = Optional.empty();
    private Optional<RowStream> stream = Optional.empty();

    /** One that is due at once. */
    KeptDimension(DimensionDefinition definition, SourceDefinition source, long nowNanos) {
        this.definition = definition;
        this.source = source;
        this.dueNanos = nowNanos;
    }

    DimensionDefinition definition() {
        return definition;
    }

    /** Whether rows that were loaded for this are those of another definition too. */
    boolean isSame(DimensionDefinition other, SourceDefinition otherSource) {
        return definition.hash().equals(other.hash()) && source.equals(otherSource);
    }

    synchronized boolean isLoading() {
        return loading.isPresent();
    }

    /** Whether a load has failed just now, so that a query is not to wait for another. */
    synchronized boolean holdsOff(long nowNanos) {
        return loading.isEmpty() && failuresInARow > 0 && nowNanos - failedNanos < FAILURE_HOLD_NANOS;
    }

    /** As {@link #begin}, where rows are due. */
    synchronized Optional<CompletableFuture<Void>> beginDue(long nowNanos) {
        return nowNanos - dueNanos < 0 ? Optional.empty() : begin(nowNanos);
    }

    /** As {@link #begin}, for a query. */
    synchronized Optional<CompletableFuture<Void>> beginAsked(long nowNanos) {
        return holdsOff(nowNanos) ? Optional.empty() : begin(nowNanos);
    }

    /**
     * A load that the caller is to do; empty when another does it already, or none is to be done any more.
     */
    synchronized Optional<CompletableFuture<Void>> begin(long nowNanos) {
        if (retired || loading.isPresent()) {
            return Optional.empty();
        }
        loading = Optional.of(new CompletableFuture<>());
        changedMeanwhile = false;
        begunOnce = true;
        beganNanos = nowNanos;
        return loading;
    }

    /** The load that runs; completed when it has ended, however it did. */
    synchronized Optional<CompletableFuture<Void>> loading() {
        return loading;
    }

    /** Takes the stream of the load, so that it can be stopped; false when it is to stop at once. */
    synchronized boolean reads(RowStream opened) {
        stream = Optional.of(opened);
        return !retired;
    }

    /** The stream of the load is about to be closed. */
    synchronized void readsNoMore() {
        stream = Optional.empty();
    }

    /** The load gave rows, which are due again after this time. */
    synchronized void loaded(Duration untilDue) {
        loads.increment();
        failuresInARow = 0;
        failure = Optional.empty();
        dueNanos = changedMeanwhile ? beganNanos + SPACING_NANOS : beganNanos + untilDue.toNanos();
    }

    /** The load gave nothing; the next is tried after a while that doubles. */
    synchronized void failed(DimensionStatus.Failure why, long nowNanos) {
        failures.increment();
        failuresInARow = Math.min(failuresInARow + 1, 16);
        failure = Optional.of(why);
        failedNanos = nowNanos;
        dueNanos = nowNanos + Math.min(RETRY_NANOS_MAX, FAILURE_HOLD_NANOS << (failuresInARow - 1));
    }

    /** The load has ended, and those who wait for it go on. */
    void end(CompletableFuture<Void> load) {
        synchronized (this) {
            loading = Optional.empty();
            stream = Optional.empty();
        }
        load.complete(null);
    }

    /** The source told, or may have missed to tell, of a change. */
    synchronized void changed(long nowNanos) {
        changes.increment();
        changedMeanwhile = true;
        long soonest = begunOnce ? beganNanos + SPACING_NANOS : nowNanos;
        long due = soonest - nowNanos > 0 ? soonest : nowNanos;
        if (dueNanos - due > 0 && failuresInARow == 0) {
            dueNanos = due;
        }
    }

    /** No load is begun any more, and rows of the one that runs are not kept. */
    void retire() {
        Optional<RowStream> running;
        synchronized (this) {
            retired = true;
            running = stream;
        }
        running.ifPresent(RowStream::cancel);
    }

    synchronized boolean isRetired() {
        return retired;
    }

    synchronized DimensionStatus status(Optional<DimensionStatus.Kept> kept, Duration staleMax) {
        return new DimensionStatus(
                definition.name(),
                definition.source(),
                staleMax,
                kept,
                new DimensionStatus.Counts(hits.sum(), misses.sum(), loads.sum(), failures.sum(), changes.sum()),
                failure,
                loading.isPresent());
    }

    /** When rows that were loaded as of this moment are due again. */
    Duration untilDue(Instant asOf) {
        return Duration.between(asOf, definition.refresh().nextAfter(asOf));
    }
}
