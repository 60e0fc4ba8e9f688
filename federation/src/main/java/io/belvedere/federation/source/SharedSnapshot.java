package io.belvedere.federation.source;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard that all statements of a query see. A connection whose statement ended rests here, in its transaction, and
 * serves the next statement; where one is needed while the others are busy, PostgreSQL lets it join the same snapshot, and MariaDB
 * and MySQL give it one of its own. Safe for use by many threads; closing it gives the resting connections back.
 */
public final class SharedSnapshot implements AutoCloseable {
    private final AtomicReference<@Nullable CompletableFuture<Exported>> offer = new AtomicReference<>();
    // The fields below are guarded by this.
    private final Deque<ShardConnection> resting = new ArrayDeque<>();
    private boolean closed;

    /**
     * What the first connection offers to the others.
     *
     * @param id by which another connection joins; empty where the product has no such thing
     * @param nanos when it was taken
     */
    private record Exported(ShardConnection by, Optional<String> id, long nanos) {}

    synchronized Optional<ShardConnection> takeResting() {
        return Optional.ofNullable(resting.pollFirst());
    }

    /** Keeps a connection in its transaction for the next statement; false when none is to come. */
    synchronized boolean rest(ShardConnection connection) {
        if (closed) {
            return false;
        }
        resting.addFirst(connection);
        return true;
    }

    /** Begins a connection's transaction in this snapshot; when that state was taken, on the monotonic clock. */
    long begin(ShardConnection connection, Driver driver, java.time.Duration statementTimeout) throws SQLException {
        CompletableFuture<Exported> mine = new CompletableFuture<>();
        CompletableFuture<Exported> theirs = offer.compareAndExchange(null, mine);
        if (theirs == null) {
            try {
                Exported first = own(connection, driver, statementTimeout);
                mine.complete(first);
                return first.nanos();
            } catch (SQLException e) {
                offer.compareAndSet(mine, null);
                mine.completeExceptionally(e);
                throw e;
            }
        }
        Exported first = await(theirs);
        if (first.id().isEmpty()) {
            return own(connection, driver, statementTimeout).nanos();
        }
        driver.joinSnapshot(
                connection.jdbc(),
                connection.tag(),
                statementTimeout,
                first.id().get());
        return first.nanos();
    }

    private static Exported own(ShardConnection connection, Driver driver, java.time.Duration statementTimeout)
            throws SQLException {
        long nanos = System.nanoTime();
        return new Exported(
                connection, driver.beginSnapshot(connection.jdbc(), connection.tag(), statementTimeout), nanos);
    }

    private static Exported await(CompletableFuture<Exported> first) throws SQLException {
        try {
            return first.get(Driver.CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SQLException("there is no snapshot to join", "08006", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "08006", e);
        }
    }

    /** The connection is gone, and with it the snapshot it offered: the next one takes another. */
    void lost(ShardConnection connection) {
        CompletableFuture<Exported> offered = offer.get();
        if (offered != null
                && offered.isDone()
                && !offered.isCompletedExceptionally()
                && offered.join().by() == connection) {
            offer.compareAndSet(offered, null);
        }
    }

    @Override
    public void close() {
        List<ShardConnection> rested;
        synchronized (this) {
            closed = true;
            rested = new ArrayList<>(resting);
            resting.clear();
        }
        rested.forEach(ShardConnection::close);
    }
}
