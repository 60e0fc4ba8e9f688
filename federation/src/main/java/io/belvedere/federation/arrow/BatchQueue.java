package io.belvedere.federation.arrow;

import io.belvedere.model.error.BelvedereException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The bounded way of batches from the threads that read them to the one that needs them: a producer waits while
 * {@value #BATCHES_MAX} batches stand, which holds the source's cursor back. A batch in the queue is owned by the queue.
 */
public final class BatchQueue implements AutoCloseable {
    static final int BATCHES_MAX = 4;

    private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // The fields below are guarded by the lock.
    private final Queue<VectorSchemaRoot> batches = new ArrayDeque<>();
    private int producers;
    private boolean closed;
    private @Nullable BelvedereException failure;

    /**
     * @param producers how many times {@link #finish()} is called before the queue is at its end
     */
    public BatchQueue(int producers) {
        this.producers = producers;
    }

    /** Hands a batch over, waiting for space; false, with the batch closed, when nobody wants it any more. */
    public boolean put(VectorSchemaRoot batch) {
        lock.lock();
        try {
            while (batches.size() >= BATCHES_MAX && !closed && failure == null) {
                changed.awaitUninterruptibly();
            }
            if (!closed && failure == null) {
                batches.add(batch);
                changed.signalAll();
                return true;
            }
        } finally {
            lock.unlock();
        }
        batch.close();
        return false;
    }

    /** Says that one producer has given its last batch. */
    public void finish() {
        lock.lock();
        try {
            producers--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes every later {@link #take()} throw; batches that stand are dropped. The first failure stays. */
    public void fail(BelvedereException reason) {
        lock.lock();
        try {
            if (failure == null) {
                failure = reason;
            }
            dropAll();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next batch, which the caller then owns; empty after the last. */
    public Optional<VectorSchemaRoot> take() {
        return poll(Long.MAX_VALUE).batch();
    }

    /** As {@link #take()}, but gives up after a while. */
    public Taken poll(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (true) {
                if (failure != null) {
                    throw failure;
                }
                VectorSchemaRoot batch = batches.poll();
                if (batch != null) {
                    changed.signalAll();
                    return new Taken(Optional.of(batch), true);
                }
                if (producers <= 0 || closed) {
                    return new Taken(Optional.empty(), true);
                }
                if (left <= 0) {
                    return new Taken(Optional.empty(), false);
                }
                left = await(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private long await(long nanos) {
        long until = System.nanoTime() + Math.min(nanos, LONGEST_WAIT);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long left = changed.awaitNanos(until - System.nanoTime());
                    return nanos == Long.MAX_VALUE ? nanos : left;
                } catch (InterruptedException e) {
                    // A query ends by cancel, deadline or failure, never by interrupt: the mark is put back for the
                    // caller.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Drops what stands; producers are told at their next put. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            dropAll();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void dropAll() {
        batches.forEach(VectorSchemaRoot::close);
        batches.clear();
    }

    /**
     * @param answered false when the time ran out: there may be more
     */
    public record Taken(Optional<VectorSchemaRoot> batch, boolean answered) {}
}
