package io.belvedere.federation.source;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Begins what a statement needs at a shard: a connection that stood idle or a new one, marked with the query's tag, its transaction begun
 * where one is needed. Safe for use by many threads.
 */
final class ConnectionStarter {
    /** How long a connection that stood idle may take to show that it is alive. */
    static final Duration VALIDATION = Duration.ofSeconds(1);
    /** How long a statement may stay silent on the socket beyond its own time at the server. */
    private static final Duration SOCKET_GRACE = Duration.ofSeconds(5);

    /** A connection that answered so short a time ago is taken to be alive. */
    private static final long SURELY_ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ShardPool pool;
    private final Driver driver;
    private final Connector connector;
    private final IdleConnections idle;
    private final Orphans orphans;
    private final ServerNode node;

    /** @param pool what the connections belong to */
    ConnectionStarter(
            ShardPool pool,
            Driver driver,
            Connector connector,
            IdleConnections idle,
            Orphans orphans,
            ServerNode node) {
        this.pool = pool;
        this.driver = driver;
        this.connector = connector;
        this.idle = idle;
        this.orphans = orphans;
        this.node = node;
    }

    /** When the source hears of a transaction. */
    enum Begin {
        /** At once, which also shows whether the connection is alive. */
        FIRST,
        /** With the statement, on a connection that is surely alive. */
        WITH_THE_STATEMENT
    }

    /**
     * A connection that stood idle first; one that has died meanwhile shows it here, before any statement was sent, and costs no
     * retry. The others that stood with it have died of the same cause, so they are not tried one after the other.
     */
    ShardConnection start(String query, Duration statementTimeout, Begin when, Optional<SharedSnapshot> snapshot)
            throws SQLException {
        Optional<ShardConnection> kept = idle.poll();
        if (kept.isPresent()) {
            if (when == Begin.WITH_THE_STATEMENT && kept.get().idleNanos() < SURELY_ALIVE_NANOS) {
                return alone(kept.get(), query, statementTimeout);
            }
            try {
                return begin(kept.get(), query, VALIDATION, statementTimeout, snapshot);
            } catch (SQLException dead) {
                idle.dropAll();
            }
        }
        return begin(connect(connector.open()), query, Driver.CONNECT_TIMEOUT, statementTimeout, snapshot);
    }

    private ShardConnection alone(ShardConnection connection, String query, Duration statementTimeout)
            throws SQLException {
        connection.prepare(node.tag(query));
        connection.alone(statementTimeout);
        orphans.begins(connection);
        try {
            connection
                    .jdbc()
                    .setNetworkTimeout(
                            Runnable::run,
                            Math.toIntExact(statementTimeout.plus(SOCKET_GRACE).toMillis()));
            return connection;
        } catch (SQLException e) {
            connection.discard();
            orphans.givenUp(connection);
            throw new SQLException("cannot begin", "08006", e);
        }
    }

    private ShardConnection begin(
            ShardConnection connection,
            String query,
            Duration patience,
            Duration statementTimeout,
            Optional<SharedSnapshot> snapshot)
            throws SQLException {
        connection.prepare(node.tag(query));
        orphans.begins(connection);
        try {
            beginTransaction(connection, patience, statementTimeout, snapshot);
            return connection;
        } catch (SQLException e) {
            connection.discard();
            orphans.givenUp(connection);
            throw e;
        }
    }

    /** Takes up a transaction again in which its connection rested. */
    ShardConnection resume(ShardConnection connection, Duration statementTimeout) throws SQLException {
        connection.resume();
        boolean begun = false;
        try {
            beginTransaction(connection, Driver.CONNECT_TIMEOUT, statementTimeout, Optional.empty());
            begun = true;
            return connection;
        } finally {
            if (!begun) {
                connection.close();
            }
        }
    }

    private void beginTransaction(
            ShardConnection connection, Duration patience, Duration statementTimeout, Optional<SharedSnapshot> snapshot)
            throws SQLException {
        try {
            connection.opened().patience(patience);
            if (snapshot.isPresent()) {
                connection.sees(snapshot.get(), snapshot.get().begin(connection, driver, statementTimeout));
            } else {
                driver.begin(connection.jdbc(), connection.tag(), statementTimeout);
            }
            connection.opened().patience(statementTimeout.plus(SOCKET_GRACE));
        } catch (SQLException e) {
            throw new SQLException("cannot begin", "08006", e);
        }
    }

    /** A new connection, with a transaction begun: whether the source lets us in. */
    ShardConnection probe() throws SQLException {
        return begin(
                connect(connector.probe()), "probe", Driver.CONNECT_TIMEOUT, Driver.CONNECT_TIMEOUT, Optional.empty());
    }

    private ShardConnection connect(Opened opened) throws SQLException {
        try {
            return new ShardConnection(pool, opened, driver.statementBytesMax(opened.jdbc()));
        } catch (SQLException e) {
            opened.cut();
            throw new SQLException("cannot begin", "08006", e);
        }
    }
}
