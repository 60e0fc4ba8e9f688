package io.belvedere.federation.source;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * How a product runs one statement as a read-only transaction of its own, on a connection with none begun: tag and bound at the
 * server travel with it, and the whole is one round trip.
 */
interface OneTrip {
    /** What is sent: the statement, with all that otherwise goes before it. Its parameters keep their places. */
    String text(String sql, String tag, Duration statementTimeout);

    /** Runs what {@link #text} gave and returns the rows of the statement in it. */
    ResultSet run(Statement statement, String text) throws SQLException;

    /** Whether rows can be read bit by bit; else all stand in memory when {@link #run} returns. */
    boolean streams();

    /** Sends the text, or what was prepared of it. */
    static boolean execute(Statement statement, String text) throws SQLException {
        return statement instanceof PreparedStatement prepared ? prepared.execute() : statement.execute(text);
    }
}
