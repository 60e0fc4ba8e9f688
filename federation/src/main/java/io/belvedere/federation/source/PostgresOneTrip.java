package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Statements that are sent together without a BEGIN are one transaction of the server's own making, read-only by the session's
 * default; the time of the second counts from its own begin, with the setting of the first.
 */
enum PostgresOneTrip implements OneTrip {
    INSTANCE;

    @Override
    public String text(String sql, String tag, Duration statementTimeout) {
        return "SELECT " + PostgresDriver.settings(tag, statementTimeout) + ";" + sql;
    }

    @Override
    public ResultSet run(Statement statement, String text) throws SQLException {
        Connection connection = statement.getConnection();
        connection.setAutoCommit(true);
        boolean rows = OneTrip.execute(statement, text);
        rows = rows && statement.getMoreResults();
        ResultSet result = rows ? statement.getResultSet() : null;
        if (result == null) {
            throw new SQLException("a statement gave no rows", "08P01");
        }
        connection.setAutoCommit(false);
        return result;
    }

    /** The server keeps a cursor only as long as a transaction, and this one has ended. */
    @Override
    public boolean streams() {
        return false;
    }
}
