package io.belvedere.federation.source;

import io.belvedere.model.source.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * SQL Server, with a driver that the operator puts on the class path. It has no read-only transaction: that nothing is written
 * rests on the account's rights, and on our statements, which do nothing but read. One state for several statements needs
 * ALLOW_SNAPSHOT_ISOLATION in the database; where that is off each statement sees the newest.
 */
final class SqlServerDriver implements Driver {
    private static final OptionalDriver DRIVER = new OptionalDriver(
            "SQL Server",
            "com.microsoft.sqlserver.jdbc.SQLServerDriver",
            "mssql-jdbc.jar (com.microsoft.sqlserver:mssql-jdbc)");
    private static final long STATEMENT_BYTES_MAX = 64L << 20;

    /** The server's name and all else travel as properties, so no part of a definition can add one. */
    static final String URL = "jdbc:sqlserver://";

    static final String SESSION = "SET LANGUAGE us_english; SET DATEFIRST 7; SET DATEFORMAT ymd; SET ANSI_NULLS ON;"
            + " SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ARITHABORT ON; SET CONCAT_NULL_YIELDS_NULL ON;"
            + " SET NUMERIC_ROUNDABORT OFF; SET QUOTED_IDENTIFIER ON; SET IMPLICIT_TRANSACTIONS OFF;"
            + " SET XACT_ABORT ON; SET NOCOUNT ON; SET TEXTSIZE 2147483647; SET DEADLOCK_PRIORITY LOW";
    private static final String SESSION_ID = "SELECT @@SPID";
    static final String SNAPSHOTS =
            "SELECT CASE WHEN snapshot_isolation_state = 1 THEN 1 ELSE 0 END FROM sys.databases WHERE database_id = DB_ID()";
    private static final String NEWEST = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
    private static final String ONE_STATE = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT";

    static Properties properties(io.belvedere.model.source.Connection target, String password) {
        Properties properties = new Properties();
        properties.setProperty("serverName", target.host());
        properties.setProperty("portNumber", Integer.toString(target.port()));
        properties.setProperty("databaseName", target.database());
        properties.setProperty("user", target.user());
        properties.setProperty("password", password);
        properties.setProperty("applicationName", "belvedere");
        properties.setProperty("applicationIntent", "ReadOnly");
        properties.setProperty("authentication", "SqlPassword");
        properties.setProperty("integratedSecurity", "false");
        properties.setProperty("columnEncryptionSetting", "Disabled");
        properties.setProperty("loginTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("cancelQueryTimeout", "2");
        properties.setProperty("connectRetryCount", "0");
        properties.setProperty("xopenStates", "true");
        properties.setProperty("sendStringParametersAsUnicode", "true");
        properties.setProperty("responseBuffering", "adaptive");
        properties.setProperty("selectMethod", "direct");
        properties.setProperty("disableStatementPooling", "true");
        properties.setProperty("trustServerCertificate", "false");
        properties.setProperty(
                "encrypt",
                switch (target.tls()) {
                    case VERIFY_FULL -> "true";
                    case DISABLED -> "false";
                });
        return properties;
    }

    @Override
    public Opened connect(Shard shard, String password) throws SQLException {
        Connection connection = DRIVER.connect(URL, properties(shard.connection(), password));
        OptionalDriver.setUp(connection, SESSION, NEWEST);
        return new Opened(
                connection, OptionalDriver.number(connection, SESSION_ID), () -> connection.abort(Runnable::run));
    }

    @Override
    public void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException {
        execute(connection, NEWEST);
    }

    @Override
    public Optional<String> beginSnapshot(Connection connection, String tag, Duration statementTimeout)
            throws SQLException {
        boolean offered = OptionalDriver.number(connection, SNAPSHOTS) == 1;
        // The question began a transaction; the level is chosen before one begins.
        connection.rollback();
        execute(connection, offered ? ONE_STATE : NEWEST);
        return Optional.empty();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void joinSnapshot(Connection connection, String tag, Duration statementTimeout, String snapshot)
            throws SQLException {
        throw new SQLException("connections cannot share a snapshot here", "0A000");
    }

    @Override
    public long statementBytesMax(Connection connection) {
        return STATEMENT_BYTES_MAX;
    }

    @Override
    public String tag(String sql, String tag) {
        return MariaDbDriver.comment(tag) + sql;
    }

    @Override
    public void bound(Statement statement, Duration statementTimeout) throws SQLException {
        DRIVER.bound(statement, statementTimeout);
    }

    /** An attention, sent over the connection that runs the statement. */
    @Override
    public void cancel(Opened connection, String tag, ControlLane control) throws SQLException {
        DRIVER.cancel(connection.jdbc());
    }

    /** Not known here: a source of this kind that has a bound is not read. */
    @Override
    public Optional<Duration> lag(Connection connection) {
        return Optional.empty();
    }
}
