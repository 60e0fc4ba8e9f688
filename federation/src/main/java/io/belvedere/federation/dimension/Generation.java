package io.belvedere.federation.dimension;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The rows of one load, counted by who uses them: the store and each lease. The last to leave gives their memory back. */
final class Generation {
    private final DimensionRows rows;
    private final long beganNanos;
    private final Runnable onFreed;
    /** The store's own use included; never rises again from zero. */
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * @param beganNanos as of when the rows are, on the monotonic clock
     * @param onFreed told when the memory was given back
     */
    Generation(DimensionRows rows, long beganNanos, Runnable onFreed) {
        this.rows = rows;
        this.beganNanos = beganNanos;
        this.onFreed = onFreed;
    }

    DimensionRows rows() {
        return rows;
    }

    long beganNanos() {
        return beganNanos;
    }

    /** Empty when the rows were dropped meanwhile. */
    Optional<Lease> lease() {
        int before;
        do {
            before = users.get();
            if (before == 0) {
                return Optional.empty();
            }
        } while (!users.compareAndSet(before, before + 1));
        return Optional.of(new Held());
    }

    /** Ends one use; called once for each. */
    void release() {
        if (users.decrementAndGet() == 0) {
            rows.close();
            onFreed.run();
        }
    }

    private final class Held implements Lease {
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public DimensionRows rows() {
            if (closed.get()) {
                throw new IllegalStateException("the lease is closed");
            }
            return rows;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                release();
            }
        }
    }
}
