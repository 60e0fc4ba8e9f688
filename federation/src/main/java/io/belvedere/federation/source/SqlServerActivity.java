package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL Server: the requests that run, whose text begins with the tag in a comment. Our account needs VIEW SERVER STATE to see them and
 * ALTER ANY CONNECTION to end one; where it has neither, these steps fail and the ladder goes on to the socket. There is no command
 * that stops a statement and leaves its session; the driver does that.
 */
enum SqlServerActivity implements Activity {
    INSTANCE;

    /** Where the tag stands: first of all, but for the parameters that the driver declares before it. */
    private static final int BEGINNING = 200;

    private static final String MARK = "'/* belvedere/'";
    private static final String OURS = " FROM sys.dm_exec_requests AS r"
            + " JOIN sys.dm_exec_sessions AS s ON s.session_id = r.session_id"
            + " CROSS APPLY sys.dm_exec_sql_text(r.sql_handle) AS t"
            + " WHERE s.login_name = ORIGINAL_LOGIN() AND s.session_id <> @@SPID";
    static final String FIND = "SELECT r.session_id" + OURS + " AND r.session_id = ? AND CHARINDEX(?, LEFT(t.text, "
            + BEGINNING + ")) > 0";
    static final String RUNNING = "SELECT r.session_id, SUBSTRING(t.text, CHARINDEX(" + MARK + ", t.text) + 3,"
            + " CHARINDEX(' */', t.text, CHARINDEX(" + MARK + ", t.text)) - CHARINDEX(" + MARK + ", t.text) - 3)" + OURS
            + " AND CHARINDEX(" + MARK + ", LEFT(t.text, " + BEGINNING + ")) > 0"
            + " AND CHARINDEX(?, LEFT(t.text, " + BEGINNING + ")) > 0";

    /** The first step went to the server over the connection itself; there is no gentler second one than ending the session. */
    @Override
    public boolean cancel(Connection control, long session, String tag) throws SQLException {
        return kill(control, session, tag);
    }

    @Override
    public boolean kill(Connection control, long session, String tag) throws SQLException {
        try (PreparedStatement statement = control.prepareStatement(FIND)) {
            statement.setLong(1, session);
            statement.setString(2, MariaDbDriver.comment(tag));
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
            }
        }
        try (Statement statement = control.createStatement()) {
            statement.execute("KILL " + session);
        }
        return true;
    }

    @Override
    public List<Tagged> running(Connection control, String mark) throws SQLException {
        List<Tagged> running = new ArrayList<>();
        try (PreparedStatement statement = control.prepareStatement(RUNNING)) {
            statement.setString(1, mark);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    running.add(new Tagged(rows.getLong(1), rows.getString(2)));
                }
            }
        }
        return running;
    }
}
