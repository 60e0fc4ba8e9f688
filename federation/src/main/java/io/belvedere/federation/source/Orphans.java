package io.belvedere.federation.source;

import io.belvedere.federation.source.Activity.Tagged;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows the statements of ours that run at one shard, looks at the server's own list from time to time, and ends what carries our
 * tag and belongs to none of them. Looks every second for a while after a statement whose end nobody confirmed, and at the begin
 * when an earlier start of this server may have left something. Safe for use by many threads; looks are made by one at a time.
 */
final class Orphans {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long INTERVAL_AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A statement may reach the server after we gave it up, so that one look is not enough. */
    private static final int LOOKS = 3;

    private final ControlLane control;
    private final ServerNode node;
    private final Set<ShardConnection> lent = ConcurrentHashMap.newKeySet();
    private final Set<ShardConnection> live;
    private final AtomicInteger looksWanted;
    private final AtomicBoolean used = new AtomicBoolean();
    // Used by the one thread that looks.
    private long nextNanos = System.nanoTime();
    private long failedUntilNanos = nextNanos;

    /**
     * @param node this server, whose tags it looks for
     * @param live the statements of all shards of all sources: several may stand on one server, and each sees the others' in its list
     */
    Orphans(ControlLane control, ServerNode node, Set<ShardConnection> live) {
        this.control = control;
        this.node = node;
        this.live = live;
        this.looksWanted = new AtomicInteger(node.hasEarlierStarts() ? LOOKS : 0);
    }

    /** Called before the server hears of the statement. */
    void begins(ShardConnection connection) {
        live.add(connection);
        lent.add(connection);
        used.set(true);
    }

    /** Called when the server has said that the statement is over. */
    void ended(ShardConnection connection) {
        lent.remove(connection);
        live.remove(connection);
    }

    /** Called when we gave the statement up; whether the server did too is not known. */
    void givenUp(ShardConnection connection) {
        lent.remove(connection);
        live.remove(connection);
        looksWanted.set(LOOKS);
    }

    int lent() {
        return lent.size();
    }

    /** Looks, when it is time to; how many statements it ended. */
    int look() {
        long now = System.nanoTime();
        boolean wanted = looksWanted.get() > 0;
        boolean due = used.get() && now - nextNanos >= 0;
        if (now - failedUntilNanos < 0 || !(wanted || due)) {
            return 0;
        }
        used.set(false);
        try {
            int ended = control.endOrphans(node.mark(), this::isOrphan);
            nextNanos = System.nanoTime() + INTERVAL_NANOS;
            if (wanted) {
                looksWanted.decrementAndGet();
            }
            return ended;
        } catch (SQLException e) {
            used.set(true);
            failedUntilNanos = System.nanoTime() + INTERVAL_AFTER_FAILURE_NANOS;
            return 0;
        }
    }

    private boolean isOrphan(Tagged found) {
        return switch (node.owner(found.tag())) {
            case THIS_START -> !isLive(found);
            case EARLIER_START -> true;
            case OTHER -> false;
        };
    }

    private boolean isLive(Tagged found) {
        return live.stream()
                .anyMatch(connection -> connection.opened().session() == found.session()
                        && connection.tag().equals(found.tag()));
    }
}
