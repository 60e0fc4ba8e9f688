package io.belvedere.federation.source;

import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceKind;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/** MariaDB, and MySQL through the same driver. */
record MariaDbDriver(SourceKind kind) implements Driver {
    private static final int PACKET_OVERHEAD = 1_024;
    /** What is asked needs a privilege that the account has not. */
    private static final int ACCESS_DENIED = 1_227;

    /**
     * Backslash escapes stay on and double quotes stay text: the dialect writes literals that are safe under any mode. MariaDB's cache of
     * sub-queries takes texts for the same that its collation does, whatever the sub-query compares them by, and gives wrong rows; MySQL
     * has none, and reads the switch as a comment.
     */
    private static final String SESSION = "SET SESSION time_zone = '+00:00', net_write_timeout = 600, sql_mode ="
            + " 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_UNSIGNED_SUBTRACTION,NO_ENGINE_SUBSTITUTION'"
            + " /*M! , optimizer_switch = 'subquery_cache=off' */";

    @Override
    public Opened connect(Shard shard, String password) throws SQLException {
        io.belvedere.model.source.Connection target = shard.connection();
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("socketTimeout", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("allowLocalInfile", "false");
        properties.setProperty("allowMultiQueries", "false");
        properties.setProperty("allowPublicKeyRetrieval", "false");
        properties.setProperty("permitRedirect", "false");
        properties.setProperty("createDatabaseIfNotExist", "false");
        properties.setProperty("dumpQueriesOnException", "false");
        properties.setProperty("includeInnodbStatusInDeadlockExceptions", "false");
        properties.setProperty("includeThreadDumpInDeadlockExceptions", "false");
        properties.setProperty("maxQuerySizeToLog", "0");
        properties.setProperty("transactionReplay", "false");
        properties.setProperty("useServerPrepStmts", "false");
        properties.setProperty("useCompression", "false");
        properties.setProperty("pool", "false");
        properties.setProperty("socketFactory", SocketNotes.class.getName());
        // Numbers stay numbers: a TINYINT(1) or a YEAR is what the definition says it is.
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("transformedBitIsBoolean", "false");
        properties.setProperty("yearIsDateType", "false");
        properties.setProperty(
                "sslMode",
                switch (target.tls()) {
                    case VERIFY_FULL -> "verify-full";
                    case DISABLED -> "disable";
                });
        String url = "jdbc:mariadb://" + Driver.hostInUrl(target) + ":" + target.port() + "/" + target.database();
        Connection connection = new org.mariadb.jdbc.Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("not a MariaDB address", "08001");
        }
        Socket socket = SocketNotes.take();
        try (Statement statement = connection.createStatement()) {
            statement.execute(SESSION);
            // Each statement is a read-only transaction of its own, which ends with it and needs no round trip to end.
            statement.execute("SET SESSION TRANSACTION READ ONLY");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return new Opened(
                connection, connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId(), () -> close(socket));
    }

    @Override
    public void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    kind == SourceKind.MYSQL
                            ? "SET SESSION max_execution_time = " + statementTimeout.toMillis()
                            : "SET SESSION max_statement_time = " + seconds(statementTimeout));
        }
    }

    @Override
    public Optional<String> beginSnapshot(Connection connection, String tag, Duration statementTimeout)
            throws SQLException {
        begin(connection, tag, statementTimeout);
        try (Statement statement = connection.createStatement()) {
            // Both hold for this transaction alone; the connection goes on with a statement at a time when it was
            // rolled back.
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        }
        return Optional.empty();
    }

    @Override
    public void joinSnapshot(Connection connection, String tag, Duration statementTimeout, String snapshot)
            throws SQLException {
        throw new SQLException("connections cannot share a snapshot here", "0A000");
    }

    @Override
    public Optional<OneTrip> oneTrip() {
        return kind == SourceKind.MARIADB ? Optional.of(MariaDbOneTrip.INSTANCE) : Optional.empty();
    }

    static String seconds(Duration time) {
        long millis = time.toMillis();
        return millis / 1_000 + "." + "%03d".formatted(millis % 1_000);
    }

    @Override
    public long statementBytesMax(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@max_allowed_packet")) {
            row.next();
            return row.getLong(1) - PACKET_OVERHEAD;
        }
    }

    @Override
    public String tag(String sql, String tag) {
        return comment(tag) + sql;
    }

    /** A tag is letters, digits and / - @, so it cannot end the comment. */
    static String comment(String tag) {
        return "/* " + tag + " */ ";
    }

    /** The driver would kill by the session's number alone, which another server behind the same address may have given too. */
    @Override
    public void cancel(Opened connection, String tag, ControlLane control) throws SQLException {
        var _ = control.cancel(connection.session(), tag);
    }

    private static void close(Socket socket) throws SQLException {
        try {
            socket.close();
        } catch (IOException e) {
            throw new SQLException("the socket does not close", "08000", e);
        }
    }

    /** The oldest of its channels; empty while one of them stands still, or when our account may not know. */
    @Override
    public Optional<Duration> lag(Connection connection) throws SQLException {
        boolean mysql = kind == SourceKind.MYSQL;
        try (Statement statement = connection.createStatement();
                ResultSet channels =
                        statement.executeQuery(mysql ? "SHOW REPLICA STATUS" : "SHOW ALL REPLICAS STATUS")) {
            Duration most = Duration.ZERO;
            while (channels.next()) {
                long seconds = channels.getLong(mysql ? "Seconds_Behind_Source" : "Seconds_Behind_Master");
                if (channels.wasNull()) {
                    return Optional.empty();
                }
                most = Duration.ofSeconds(Math.max(seconds, most.toSeconds()));
            }
            return Optional.of(most);
        } catch (SQLException e) {
            if (e.getErrorCode() == ACCESS_DENIED) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
