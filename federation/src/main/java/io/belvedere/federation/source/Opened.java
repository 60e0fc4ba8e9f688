package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

/**
 * A connection as a driver made it.
 *
 * @param session the id under which the server knows it
 * @param socket closes its socket at once, from any thread, and sends nobody anything
 */
record Opened(Connection jdbc, long session, Cut socket) {
    /** Closes a socket. */
    @FunctionalInterface
    interface Cut {
        void close() throws SQLException;
    }

    /** Bounds how long the socket may stay silent; a database inside our own process has none. */
    void patience(Duration silence) throws SQLException {
        try {
            jdbc.setNetworkTimeout(Runnable::run, Math.toIntExact(silence.toMillis()));
        } catch (SQLFeatureNotSupportedException _) {
            return;
        }
    }

    /** Closes the socket; one that is closed already stays so. */
    void cut() {
        try {
            socket.close();
        } catch (SQLException e) {
            System.getLogger(Opened.class.getName()).log(System.Logger.Level.DEBUG, "closing a socket failed");
        }
    }
}
