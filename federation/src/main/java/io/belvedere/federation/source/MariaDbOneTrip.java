package io.belvedere.federation.source;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The bound stands in the statement itself. Without a transaction begun, a statement is one of its own, read-only as the session is. */
enum MariaDbOneTrip implements OneTrip {
    INSTANCE;

    @Override
    public String text(String sql, String tag, Duration statementTimeout) {
        return MariaDbDriver.comment(tag) + "SET STATEMENT max_statement_time = "
                + MariaDbDriver.seconds(statementTimeout) + " FOR " + sql;
    }

    @Override
    public ResultSet run(Statement statement, String text) throws SQLException {
        ResultSet result = OneTrip.execute(statement, text) ? statement.getResultSet() : null;
        if (result == null) {
            throw new SQLException("a statement gave no rows", "08S01");
        }
        return result;
    }

    @Override
    public boolean streams() {
        return true;
    }
}
