package io.belvedere.federation.source;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many statements a shard is asked at a time: as many as its definition says while it is well, fewer when it loses statements
 * or is slow to let us in, down to {@value #LIMIT_MIN}; back by one a second, or sooner with every call that goes well. How long a
 * statement takes has no say, because one may well take a thousand times as long as another. Safe for use by many threads.
 */
final class AdaptiveLimit {
    static final int LIMIT_MIN = 2;
    private static final double SHRINK = 0.7;
    /** One bad moment hits many statements at once and counts once. */
    private static final long SHRINK_INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

    private final int limitMax;
    private final LongSupplier nanoTime;
    private final Permits permits;
    // Guarded by this.
    private double limit;
    private int given;
    private long shrunkNanos;

    AdaptiveLimit(int limitMax, LongSupplier nanoTime) {
        this.limitMax = limitMax;
        this.nanoTime = nanoTime;
        this.limit = limitMax;
        this.given = limitMax;
        this.permits = new Permits(limitMax);
        this.shrunkNanos = nanoTime.getAsLong() - SHRINK_INTERVAL_NANOS;
    }

    boolean tryAcquire(Duration patience) throws InterruptedException {
        return permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    void release() {
        permits.release();
    }

    /** Statements that could start now. */
    int free() {
        return Math.max(0, permits.availablePermits());
    }

    synchronized int limit() {
        return given;
    }

    synchronized void well() {
        set(limit + 1 / limit);
    }

    /** A second went by. */
    synchronized void recover() {
        if (nanoTime.getAsLong() - shrunkNanos >= TimeUnit.SECONDS.toNanos(1)) {
            set(limit + 1);
        }
    }

    synchronized void ill() {
        long now = nanoTime.getAsLong();
        if (now - shrunkNanos >= SHRINK_INTERVAL_NANOS) {
            shrunkNanos = now;
            set(limit * SHRINK);
        }
    }

    private void set(double wanted) {
        limit = Math.clamp(wanted, Math.min(LIMIT_MIN, limitMax), limitMax);
        int next = (int) limit;
        if (next > given) {
            permits.release(next - given);
        } else if (next < given) {
            permits.reduce(given - next);
        }
        given = next;
    }

    /** Permits that can be taken away while they are lent. */
    private static final class Permits extends Semaphore {
        private static final long serialVersionUID = 1;

        Permits(int permits) {
            super(permits, true);
        }

        void reduce(int by) {
            reducePermits(by);
        }
    }
}
