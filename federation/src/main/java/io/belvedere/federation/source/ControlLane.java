package io.belvedere.federation.source;

import io.belvedere.federation.source.Activity.Tagged;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connection that is kept out of the pool to stop statements, so that a source whose connections are all in use can still be
 * asked to end one. Every question has {@link #BOUND}. Safe for use by many threads, one after the other.
 */
final class ControlLane implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(2);

    private final Connector connector;
    private final Activity activity;
    private final Semaphore turn = new Semaphore(1, true);
    // Used by whoever has the turn.
    private @Nullable Opened kept;
    private long usedNanos;

    /** What is asked over the lane. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection control) throws SQLException;
    }

    ControlLane(Connector connector, Activity activity) {
        this.connector = connector;
        this.activity = activity;
    }

    /** See {@link Activity#cancel}. */
    boolean cancel(long session, String tag) throws SQLException {
        return ask(control -> activity.cancel(control, session, tag));
    }

    /** See {@link Activity#kill}. */
    boolean kill(long session, String tag) throws SQLException {
        return ask(control -> activity.kill(control, session, tag));
    }

    /** Ends the sessions with this mark in their tag that belong to no query any more; how many it ended. */
    int endOrphans(String mark, Predicate<Tagged> isOrphan) throws SQLException {
        return ask(control -> {
            int ended = 0;
            for (Tagged found : activity.running(control, mark)) {
                if (isOrphan.test(found) && activity.kill(control, found.session(), found.tag())) {
                    ended++;
                }
            }
            return ended;
        });
    }

    private <T> T ask(Question<T> question) throws SQLException {
        if (!acquire()) {
            throw new SQLException("the control lane stays in use", "08000");
        }
        try {
            Opened before = kept;
            if (before != null) {
                try {
                    return ask(before, question);
                } catch (SQLException stale) {
                    // It died while nobody used it; a new one says how the source really is.
                    drop();
                }
            }
            Opened fresh = connector.open();
            kept = fresh;
            fresh.jdbc().setAutoCommit(true);
            try {
                return ask(fresh, question);
            } catch (SQLException e) {
                drop();
                throw e;
            }
        } finally {
            turn.release();
        }
    }

    private <T> T ask(Opened control, Question<T> question) throws SQLException {
        control.patience(BOUND);
        T answer = question.ask(control.jdbc());
        usedNanos = System.nanoTime();
        return answer;
    }

    private boolean acquire() {
        try {
            return turn.tryAcquire(BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void drop() {
        Opened before = kept;
        kept = null;
        if (before != null) {
            before.cut();
        }
    }

    /** Lets the connection go when nobody needed it for so long. */
    void sweep(long idleNanosMax) {
        if (turn.tryAcquire()) {
            try {
                if (System.nanoTime() - usedNanos > idleNanosMax) {
                    drop();
                }
            } finally {
                turn.release();
            }
        }
    }

    /** Whether a connection stands; for tests and metrics. */
    boolean stands() {
        return kept != null;
    }

    @Override
    public void close() {
        sweep(0);
    }
}
