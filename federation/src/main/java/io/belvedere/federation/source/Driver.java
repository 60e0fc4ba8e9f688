package io.belvedere.federation.source;

import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** What differs between the products: how to connect, and how a statement is bounded at the server. */
sealed interface Driver permits PostgresDriver, MariaDbDriver, OracleDriver, SqlServerDriver, FilesDriver {
    Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Rows that are read at a time where their width does not matter. */
    int FETCH_ROWS = 4_000;

    /** Opens a connection from structured fields alone; every property that could load a class or read a file is pinned. */
    Opened connect(Shard shard, String password) throws SQLException;

    /**
     * Begins a read-only transaction for one statement of a query, bounded at the server. One round trip, so it also shows
     * whether the connection is alive.
     *
     * @param tag names the query and this server
     */
    void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException;

    /** Rows that a cursor is asked for at first. */
    default int fetchRows() {
        return FETCH_ROWS;
    }

    /** How a statement is run without {@link #begin}; empty where the product has no safe way. */
    default Optional<OneTrip> oneTrip() {
        return Optional.empty();
    }

    /**
     * How far behind its original the database is: zero when it is no replica, empty when that cannot be told, be it for want of a
     * privilege.
     */
    Optional<Duration> lag(Connection connection) throws SQLException;

    /**
     * As {@link #begin}, for several statements that see one state of the database.
     *
     * @return what another connection joins that state by; empty where the product has no such thing
     */
    Optional<String> beginSnapshot(Connection connection, String tag, Duration statementTimeout) throws SQLException;

    /** As {@link #begin}, in the state that another connection offers by {@link #beginSnapshot}. */
    void joinSnapshot(Connection connection, String tag, Duration statementTimeout, String snapshot)
            throws SQLException;

    /** The longest statement that the server takes, in bytes. Asked once for each connection. */
    long statementBytesMax(Connection connection) throws SQLException;

    /** The statement with the tag in it, where the product has no better place for it. */
    String tag(String sql, String tag);

    /** Asks the database to stop the statement with this tag that the connection runs; takes two seconds at most or fails. */
    void cancel(Opened connection, String tag, ControlLane control) throws SQLException;

    /** Bounds a statement where {@link #begin} could not. */
    default void bound(Statement statement, Duration statementTimeout) throws SQLException {}

    /** The failure of a statement that ran so long, where its own words do not say that its time was over. */
    default SQLException explained(SQLException failure, Duration ran, Duration statementTimeout) {
        return failure;
    }

    /** @param files below which a source may be files */
    static Driver of(SourceDefinition source, FilesRoot files) {
        return switch (source.kind()) {
            case POSTGRESQL -> PostgresDriver.INSTANCE;
            case MARIADB, MYSQL -> new MariaDbDriver(source.kind());
            case ORACLE -> new OracleDriver();
            case SQLSERVER -> new SqlServerDriver();
            case DUCKDB, PARQUET, CSV -> new FilesDriver(source, files);
        };
    }

    /** A host as it stands in a URL: an IPv6 address in brackets. */
    static String hostInUrl(io.belvedere.model.source.Connection target) {
        return target.host().contains(":") ? "[" + target.host() + "]" : target.host();
    }
}
