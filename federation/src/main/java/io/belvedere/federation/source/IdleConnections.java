package io.belvedere.federation.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Connections that stand ready, the most recently used first. Safe for use by many threads. */
final class IdleConnections {
    static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final long AGE_NANOS_MAX = TimeUnit.MINUTES.toNanos(30);

    // Guarded by itself.
    private final Deque<ShardConnection> idle = new ArrayDeque<>();
    // Guarded by idle.
    private boolean closed;

    Optional<ShardConnection> poll() {
        synchronized (idle) {
            return Optional.ofNullable(idle.pollFirst());
        }
    }

    /** Takes a clean connection, or lets it go when it is old or nobody will need it. */
    void add(ShardConnection connection) {
        synchronized (idle) {
            if (!closed && connection.ageNanos() < AGE_NANOS_MAX) {
                idle.addFirst(connection);
                return;
            }
        }
        connection.discard();
    }

    /** Lets connections go that nobody has needed for a while. */
    void sweep() {
        List<ShardConnection> stale = new ArrayList<>();
        synchronized (idle) {
            while (!idle.isEmpty() && idle.peekLast().idleNanos() > IDLE_NANOS_MAX) {
                stale.add(idle.pollLast());
            }
        }
        stale.forEach(ShardConnection::discard);
    }

    void dropAll() {
        List<ShardConnection> dropped;
        synchronized (idle) {
            dropped = List.copyOf(idle);
            idle.clear();
        }
        dropped.forEach(ShardConnection::discard);
    }

    /** Lets all go, and each that comes back. */
    void close() {
        synchronized (idle) {
            closed = true;
        }
        dropAll();
    }

    int size() {
        synchronized (idle) {
            return idle.size();
        }
    }
}
