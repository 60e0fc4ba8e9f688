package io.belvedere.federation.run;

import io.belvedere.federation.source.ShardConnection;
import io.belvedere.model.error.BelvedereException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The ladder by which one running statement is stopped, each step on a thread of its own and taken only while the one before has
 * brought nothing: the database is asked at once, after {@value #KILL_SECONDS} seconds to end the session, and after
 * {@value #SOCKET_SECONDS} the socket is closed. Closing this closes the statement, and the socket first unless the statement came
 * to its end, because some drivers read all remaining rows before they let a statement go.
 */
final class StatementCancel implements AutoCloseable {
    private static final int KILL_SECONDS = 2;
    private static final int SOCKET_SECONDS = 5;

    private final Statement statement;
    private final ShardConnection connection;
    private final CountDownLatch ended = new CountDownLatch(1);
    // Guarded by this: whoever sets one of them first wins.
    private boolean cancelled;
    private boolean finished;

    /** A step that talks to the database. */
    private interface Request {
        void send() throws SQLException;
    }

    StatementCancel(Statement statement, ShardConnection connection) {
        this.statement = statement;
        this.connection = connection;
    }

    /** From any thread; does not wait. */
    void cancel() {
        synchronized (this) {
            if (cancelled || finished) {
                return;
            }
            cancelled = true;
        }
        step("belvedere-cancel", 0, () -> ask(connection::cancel));
        step("belvedere-cancel-session", KILL_SECONDS, () -> ask(connection::kill));
        step("belvedere-cancel-socket", SOCKET_SECONDS, connection::abort);
    }

    private void step(String name, int afterSeconds, Runnable step) {
        var _ = Thread.ofVirtual().name(name).start(() -> {
            if (!endsWithin(afterSeconds)) {
                step.run();
            }
        });
    }

    private boolean endsWithin(int seconds) {
        try {
            return seconds > 0 && ended.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void ask(Request request) {
        try {
            request.send();
        } catch (SQLException | BelvedereException e) {
            // The last step needs nobody's consent.
            System.getLogger(StatementCancel.class.getName())
                    .log(System.Logger.Level.DEBUG, "a source did not take a cancel");
        }
    }

    /** Says that the last row was read; false when a cancel was faster, and the connection must not be used again. */
    synchronized boolean finish() {
        finished = !cancelled;
        return finished;
    }

    @Override
    public void close() {
        boolean clean;
        synchronized (this) {
            clean = finished;
            finished = true;
        }
        if (!clean) {
            connection.cut();
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
