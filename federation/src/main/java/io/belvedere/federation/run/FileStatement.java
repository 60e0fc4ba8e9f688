package io.belvedere.federation.run;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBPreparedStatement;

/** A statement at a source in files. */
final class FileStatement {
    private FileStatement() {}

    /**
     * The statement's rows. DuckDB's Java driver loses what went wrong before the first row of a stream; asked in its other way, it says,
     * after the same work and under the same time.
     */
    static ResultSet query(Connection connection, Statement statement, String sql) throws SQLException {
        int seconds = statement.getQueryTimeout();
        try {
            return statement.executeQuery(sql);
        } catch (SQLException lost) {
            boolean said = !String.valueOf(lost.getMessage()).contains("Invalid result set");
            throw said ? lost : reason(connection, sql, seconds, lost);
        }
    }

    private static SQLException reason(Connection connection, String sql, int seconds, SQLException lost) {
        // What failed has ended the transaction.
        try {
            connection.rollback();
        } catch (SQLException gone) {
            return lost;
        }
        try (DuckDBPreparedStatement again = (DuckDBPreparedStatement) connection.prepareStatement(sql)) {
            again.setQueryTimeout(seconds);
            try (DuckDBChunkedResult _ = again.query()) {
                return lost;
            }
        } catch (SQLException reason) {
            // As the driver's first way says it: in words, without a state.
            return new SQLException(reason.getMessage(), reason);
        }
    }
}
