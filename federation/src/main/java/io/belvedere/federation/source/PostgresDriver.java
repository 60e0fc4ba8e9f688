package io.belvedere.federation.source;

import io.belvedere.model.source.Shard;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** PostgreSQL. */
enum PostgresDriver implements Driver {
    INSTANCE;

    private static final long STATEMENT_BYTES_MAX = 64L << 20;
    private static final String REPEATABLE_READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
    private static final Pattern SNAPSHOT = Pattern.compile("[0-9A-Fa-f-]{1,100}");
    private static final String LAG = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0"
            + " WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
            + " AND EXISTS (SELECT 1 FROM pg_catalog.pg_stat_wal_receiver WHERE pid IS NOT NULL) THEN 0"
            + " ELSE EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END";
    /** Bytes of one answer that stand in memory, at most. */
    static final String RESULT_BYTES_SETTING = "maxResultBuffer";

    private static final String RESULT_BYTES_MAX = "64M";
    private static final int FIRST_FETCH_ROWS = 50;
    private static final int FETCH_ROWS_MAX = 4_000;
    private static final String SESSION = "SET SESSION TIME ZONE 'UTC'; SET standard_conforming_strings = on;"
            + " SET default_transaction_read_only = on; SET extra_float_digits = 3; SET bytea_output = 'hex'";

    @Override
    public Opened connect(Shard shard, String password) throws SQLException {
        io.belvedere.model.source.Connection target = shard.connection();
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "belvedere");
        properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("loginTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("cancelSignalTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("readOnly", "true");
        properties.setProperty("readOnlyMode", "transaction");
        properties.setProperty(RESULT_BYTES_SETTING, RESULT_BYTES_MAX);
        // A cursor's first rows say how wide they are, and so how many of them fit next time.
        properties.setProperty("adaptiveFetch", "true");
        properties.setProperty("adaptiveFetchMaximum", Integer.toString(FETCH_ROWS_MAX));
        // Plans follow the values of each query, and no prepared statement outlives a change of a table.
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty("preferQueryMode", "extended");
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("logUnclosedConnections", "false");
        properties.setProperty("allowEncodingChanges", "false");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("jaasLogin", "false");
        properties.setProperty("targetServerType", "any");
        properties.setProperty("scramMaxIterations", "100000");
        switch (target.tls()) {
            case VERIFY_FULL -> {
                properties.setProperty("sslmode", "verify-full");
                // The trust store of the JVM, instead of files in the home folder of whoever started the server.
                properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            }
            case DISABLED -> properties.setProperty("sslmode", "disable");
        }
        String url = "jdbc:postgresql://" + Driver.hostInUrl(target) + ":" + target.port() + "/" + target.database();
        Connection connection = new org.postgresql.Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("not a PostgreSQL address", "08001");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(SESSION);
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        // The driver's abort closes the socket and does nothing else.
        return new Opened(
                connection,
                connection.unwrap(PGConnection.class).getBackendPID(),
                () -> connection.abort(Runnable::run));
    }

    @Override
    public void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT " + settings(tag, statementTimeout));
        }
    }

    /** Local settings end with the transaction. A tag is letters, digits and / - @. */
    static String settings(String tag, Duration statementTimeout) {
        return "set_config('statement_timeout', '" + statementTimeout.toMillis()
                + "', true), set_config('application_name', '" + tag + "', true)";
    }

    @Override
    public Optional<String> beginSnapshot(Connection connection, String tag, Duration statementTimeout)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(REPEATABLE_READ + "; SELECT pg_export_snapshot(), " + settings(tag, statementTimeout));
            // The first of the two gives no rows.
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return Optional.of(row.getString(1));
            }
        }
    }

    @Override
    public void joinSnapshot(Connection connection, String tag, Duration statementTimeout, String snapshot)
            throws SQLException {
        if (!SNAPSHOT.matcher(snapshot).matches()) {
            throw new SQLException("not a snapshot's name", "08006");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(REPEATABLE_READ + "; SET TRANSACTION SNAPSHOT '" + snapshot + "'; SELECT "
                    + settings(tag, statementTimeout));
        }
    }

    @Override
    public int fetchRows() {
        return FIRST_FETCH_ROWS;
    }

    @Override
    public Optional<OneTrip> oneTrip() {
        return Optional.of(PostgresOneTrip.INSTANCE);
    }

    @Override
    public long statementBytesMax(Connection connection) {
        return STATEMENT_BYTES_MAX;
    }

    @Override
    public String tag(String sql, String tag) {
        return sql;
    }

    /** By the key that the server gave to this very session, so it can meet no other. A COPY runs without its statement's knowledge. */
    @Override
    public void cancel(Opened connection, String tag, ControlLane control) throws SQLException {
        connection.jdbc().unwrap(PGConnection.class).cancelQuery();
    }

    /**
     * A standby that has replayed all it got from an original it is connected with is as it is; else it is as old as the last
     * transaction it replayed. A link that broke without a word is noticed by the standby after its {@code wal_receiver_timeout}.
     */
    @Override
    public Optional<Duration> lag(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LAG)) {
            row.next();
            double seconds = row.getDouble(1);
            return row.wasNull()
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(Math.max(0, Math.round(seconds * 1_000))));
        }
    }
}
