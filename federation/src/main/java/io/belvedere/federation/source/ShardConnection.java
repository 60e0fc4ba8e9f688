package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A connection lent for one statement. Used by the one thread that borrowed it, except for {@link #cancel}, {@link #kill} and
 * {@link #abort}. It goes back to its pool only when the borrower says that the statement came to its end; else its socket is
 * closed, because a cancel that is still on its way must not meet another query's statement.
 */
public final class ShardConnection implements AutoCloseable {
    private final ShardPool pool;
    private final Opened opened;
    private final long statementBytesMax;
    private final long bornNanos = System.nanoTime();
    // These change hands with the connection itself, through the pool's lock.
    private long returnedNanos = bornNanos;
    private boolean finished;
    private Breaker.Outcome outcome = Breaker.Outcome.ANSWERED;
    private @Nullable Runnable onReturn;
    private @Nullable Duration aloneTimeout;
    private @Nullable SharedSnapshot snapshot;
    private OptionalLong snapshotNanos = OptionalLong.empty();
    // Written before the connection is lent, read by those who stop its statement.
    private volatile String tag = "";

    ShardConnection(ShardPool pool, Opened opened, long statementBytesMax) {
        this.pool = pool;
        this.opened = opened;
        this.statementBytesMax = statementBytesMax;
    }

    public Connection jdbc() {
        return opened.jdbc();
    }

    /** The longest statement that the server takes, in bytes. */
    public long statementBytesMax() {
        return statementBytesMax;
    }

    /** A statement as it is to be sent; its parameters keep their places. */
    public String text(String sql) {
        return pool.text(this, sql, Optional.ofNullable(aloneTimeout));
    }

    /**
     * Runs the statement that the connection was lent for. When no transaction was begun for it, it is one of its own.
     *
     * @param statement made for the text, or prepared of it
     * @param text what {@link #text} gave
     */
    public ResultSet query(Statement statement, String text) throws SQLException {
        return pool.query(statement, text, isAlone());
    }

    /** Whether the source has not heard of the query yet, because everything goes with its statement. */
    public boolean isAlone() {
        return aloneTimeout != null;
    }

    /** Says that the statement came to its end and was not cancelled: the connection may serve another query. */
    public void finished() {
        finished = true;
    }

    /** Asks the source to stop the statement; from any thread, the first step of a cancel. */
    public void cancel() throws SQLException {
        pool.cancel(this);
    }

    /** Has the source end the session, if it still runs our statement; from any thread, the second step of a cancel. */
    public void kill() throws SQLException {
        pool.kill(this);
    }

    /** Closes the socket of a statement that is given up, by the one who borrowed it. */
    public void cut() {
        discard();
    }

    /** Closes the socket, from any thread: the last step of a cancel, when the source did not answer the others. */
    public void abort() {
        discard();
        pool.silent(this);
    }

    /** When the state that the connection sees was taken, on the monotonic clock; empty when each statement sees the newest. */
    public OptionalLong snapshotNanos() {
        return snapshotNanos;
    }

    @Override
    public void close() {
        SharedSnapshot shared = snapshot;
        if (shared != null) {
            if (finished && shared.rest(this)) {
                return;
            }
            shared.lost(this);
            snapshot = null;
        }
        Runnable release = onReturn;
        onReturn = null;
        try {
            if (finished && endTransaction()) {
                returnedNanos = System.nanoTime();
                pool.takeBack(this, outcome);
            } else {
                discard();
                pool.unconfirmed(this);
            }
        } finally {
            if (release != null) {
                release.run();
            }
        }
    }

    /** Marks what the connection is about to be used for, before the source hears of it. */
    void prepare(String newTag) {
        finished = false;
        aloneTimeout = null;
        outcome = Breaker.Outcome.ANSWERED;
        snapshot = null;
        snapshotNanos = OptionalLong.empty();
        tag = newTag;
    }

    /** No transaction is begun before the statement, which is to run no longer than this. */
    void alone(Duration statementTimeout) {
        aloneTimeout = statementTimeout;
    }

    /** Marks what state the connection's transaction sees. */
    void sees(SharedSnapshot shared, long takenNanos) {
        snapshot = shared;
        snapshotNanos = OptionalLong.of(takenNanos);
    }

    /** Takes up the transaction again in which the connection rested. */
    void resume() {
        finished = false;
    }

    void lend(Breaker.Outcome letIn, Runnable whenReturned) {
        outcome = letIn;
        onReturn = whenReturned;
    }

    Opened opened() {
        return opened;
    }

    String tag() {
        return tag;
    }

    long ageNanos() {
        return System.nanoTime() - bornNanos;
    }

    long idleNanos() {
        return System.nanoTime() - returnedNanos;
    }

    void discard() {
        opened.cut();
    }

    private boolean endTransaction() {
        if (isAlone()) {
            return true;
        }
        try {
            opened.jdbc().rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
