package io.belvedere.federation.source;

import io.belvedere.model.source.Connection.TlsMode;
import io.belvedere.model.source.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * Oracle, with a driver that the operator puts on the class path. A read-only transaction sees one state of the database from its
 * begin, so each query has a snapshot; two connections cannot share one.
 */
final class OracleDriver implements Driver {
    private static final OptionalDriver DRIVER =
            new OptionalDriver("Oracle", "oracle.jdbc.OracleDriver", "ojdbc17.jar (com.oracle.database.jdbc:ojdbc17)");
    private static final long STATEMENT_BYTES_MAX = 4L << 20;
    /** What v$session holds of a tag. */
    static final int TAG_LENGTH_MAX = 64;

    static final String SESSION = "ALTER SESSION SET NLS_LANGUAGE = 'AMERICAN' NLS_TERRITORY = 'AMERICA'"
            + " NLS_COMP = 'BINARY' NLS_SORT = 'BINARY' NLS_NUMERIC_CHARACTERS = '.,' TIME_ZONE = '+00:00'";
    static final String BEGIN = "SET TRANSACTION READ ONLY";
    private static final String SESSION_ID = "SELECT SYS_CONTEXT('USERENV', 'SID') FROM DUAL";

    /** The service, by its name: no alias of a file, no wallet, nothing else that an address may hold. */
    static String url(io.belvedere.model.source.Connection target) {
        String protocol = switch (target.tls()) {
            case VERIFY_FULL -> "tcps";
            case DISABLED -> "tcp";
        };
        return "jdbc:oracle:thin:@" + protocol + "://" + Driver.hostInUrl(target) + ":" + target.port() + "/"
                + target.database();
    }

    static Properties properties(io.belvedere.model.source.Connection target, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", password);
        properties.setProperty("v$session.program", "belvedere");
        properties.setProperty("oracle.net.CONNECT_TIMEOUT", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("oracle.net.OUTBOUND_CONNECT_TIMEOUT", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("oracle.jdbc.ReadTimeout", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("oracle.net.keepAlive", "true");
        properties.setProperty("oracle.jdbc.timezoneAsRegion", "false");
        properties.setProperty("oracle.jdbc.implicitStatementCacheSize", "0");
        if (target.tls() == TlsMode.VERIFY_FULL) {
            properties.setProperty("oracle.net.ssl_server_dn_match", "true");
        }
        return properties;
    }

    @Override
    public Opened connect(Shard shard, String password) throws SQLException {
        io.belvedere.model.source.Connection target = shard.connection();
        Connection connection = DRIVER.connect(url(target), properties(target, password));
        OptionalDriver.setUp(connection, SESSION);
        return new Opened(
                connection, OptionalDriver.number(connection, SESSION_ID), () -> connection.abort(Runnable::run));
    }

    @Override
    public void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException {
        connection.setClientInfo("OCSID.CLIENTID", shortened(tag));
        try (Statement statement = connection.createStatement()) {
            statement.execute(BEGIN);
        }
    }

    static String shortened(String tag) {
        return tag.length() <= TAG_LENGTH_MAX ? tag : tag.substring(0, TAG_LENGTH_MAX);
    }

    @Override
    public Optional<String> beginSnapshot(Connection connection, String tag, Duration statementTimeout)
            throws SQLException {
        begin(connection, tag, statementTimeout);
        return Optional.empty();
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
