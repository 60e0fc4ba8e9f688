package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection lent for one statement. Used by the one thread that borrowed it, except for {@link #abort()}. It goes back to its
 * pool only when the borrower says that the statement came to its end; else its socket is closed, because a cancel that is still
 * on its way must not meet another query's statement.
 */
public final class ShardConnection implements AutoCloseable {
    private final ShardPool pool;
    private final Connection jdbc;
    private final long statementBytesMax;
    private final long bornNanos = System.nanoTime();
    // These three change hands with the connection itself, through the pool's lock.
    private long returnedNanos = bornNanos;
    private boolean finished;
    private @Nullable Runnable onReturn;

    ShardConnection(ShardPool pool, Connection jdbc, long statementBytesMax) {
        this.pool = pool;
        this.jdbc = jdbc;
        this.statementBytesMax = statementBytesMax;
    }

    public Connection jdbc() {
        return jdbc;
    }

    /** The longest statement that the server takes, in bytes. */
    public long statementBytesMax() {
        return statementBytesMax;
    }

    /** Says that the statement came to its end and was not cancelled: the connection may serve another query. */
    public void finished() {
        finished = true;
    }

    /** Closes the socket, from any thread: the last step of a cancel. */
    public void abort() {
        discard();
    }

    @Override
    public void close() {
        Runnable release = onReturn;
        onReturn = null;
        try {
            if (finished && endTransaction()) {
                returnedNanos = System.nanoTime();
                pool.takeBack(this);
            } else {
                discard();
            }
        } finally {
            if (release != null) {
                release.run();
            }
        }
    }

    void lend(Runnable whenReturned) {
        finished = false;
        onReturn = whenReturned;
    }

    long ageNanos() {
        return System.nanoTime() - bornNanos;
    }

    long idleNanos() {
        return System.nanoTime() - returnedNanos;
    }

    void discard() {
        try {
            jdbc.abort(Runnable::run);
        } catch (SQLException e) {
            System.getLogger(ShardConnection.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a connection to {0} failed", pool);
        }
    }

    private boolean endTransaction() {
        try {
            jdbc.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
