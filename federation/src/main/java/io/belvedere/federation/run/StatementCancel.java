package io.belvedere.federation.run;

import io.belvedere.federation.source.ShardConnection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The ladder by which one running statement is stopped: first the database is asked, on a thread of its own; where that brings
 * nothing within {@value #PATIENCE_SECONDS} seconds the socket is closed. Closing this closes the statement, and the socket first
 * unless the statement came to its end, because some drivers read all remaining rows before they let a statement go.
 */
final class StatementCancel implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 2;

    private final Statement statement;
    private final ShardConnection connection;
    private final Request request;
    private final CountDownLatch ended = new CountDownLatch(1);
    // Guarded by this: whoever sets one of them first wins.
    private boolean cancelled;
    private boolean finished;

    /** How the database is asked. */
    interface Request {
        void send() throws SQLException;
    }

    /**
     * @param request asks the database to stop what the connection runs
     */
    StatementCancel(Statement statement, ShardConnection connection, Request request) {
        this.statement = statement;
        this.connection = connection;
        this.request = request;
    }

    /** From any thread; does not wait. */
    void cancel() {
        synchronized (this) {
            if (cancelled || finished) {
                return;
            }
            cancelled = true;
        }
        var _ = Thread.ofVirtual().name("belvedere-cancel").start(this::askDatabase);
        var _ = Thread.ofVirtual().name("belvedere-cancel-socket").start(this::closeSocketIfNeeded);
    }

    /** Says that the last row was read; false when a cancel was faster, and the connection must not be used again. */
    synchronized boolean finish() {
        finished = !cancelled;
        return finished;
    }

    private void askDatabase() {
        try {
            request.send();
        } catch (SQLException e) {
            // The socket is closed next, which needs nobody's consent.
            System.getLogger(StatementCancel.class.getName())
                    .log(System.Logger.Level.DEBUG, "a source did not take a cancel");
        }
    }

    private void closeSocketIfNeeded() {
        try {
            if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.abort();
    }

    @Override
    public void close() {
        boolean clean;
        synchronized (this) {
            clean = finished;
            finished = true;
        }
        if (!clean) {
            connection.abort();
        }
        ended.countDown();
        try {
            statement.close();
        } catch (SQLException e) {
            System.getLogger(StatementCancel.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a statement failed after its rows were read");
        }
    }
}
