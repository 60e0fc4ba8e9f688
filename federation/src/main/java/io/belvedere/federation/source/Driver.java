package io.belvedere.federation.source;

import io.belvedere.model.source.SourceKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What differs between the products: how to connect, and how a statement is bounded at the server. */
sealed interface Driver permits PostgresDriver, MariaDbDriver {
    Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Opens a connection from structured fields alone; every property that could load a class or read a file is pinned. */
    Opened connect(io.belvedere.model.source.Connection target, String password) throws SQLException;

    /**
     * Begins a read-only transaction for one statement of a query, bounded at the server. One round trip, so it also shows
     * whether the connection is alive.
     *
     * @param tag names the query and this server
     */
    void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException;

    /** Whether {@link #queryAlone} is offered. */
    boolean offersAlone();

    /**
     * Runs one statement as a read-only transaction of its own, on a connection with none begun: tag and bound at the server travel
     * with it, and the whole is one round trip. All rows are read at once.
     */
    ResultSet queryAlone(Statement statement, String sql, String tag, Duration statementTimeout) throws SQLException;

    /** The longest statement that the server takes, in bytes. Asked once for each connection. */
    long statementBytesMax(Connection connection) throws SQLException;

    /** The statement with the tag in it, where the product has no better place for it. */
    String tag(String sql, String tag);

    /** Asks the database to stop the statement with this tag that the connection runs; takes two seconds at most or fails. */
    void cancel(Opened connection, String tag, ControlLane control) throws SQLException;

    static Driver of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> PostgresDriver.INSTANCE;
            case MARIADB, MYSQL -> new MariaDbDriver(kind);
        };
    }

    /** A host as it stands in a URL: an IPv6 address in brackets. */
    static String hostInUrl(io.belvedere.model.source.Connection target) {
        return target.host().contains(":") ? "[" + target.host() + "]" : target.host();
    }
}
