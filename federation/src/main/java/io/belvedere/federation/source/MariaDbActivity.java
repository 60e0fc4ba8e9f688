package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** MariaDB and MySQL: the process list, where the tag stands in a comment before the statement. */
enum MariaDbActivity implements Activity {
    /** Ends a statement by the number of the statement itself, which no other one ever has. */
    MARIADB("query_id", "KILL QUERY ID "),
    /** Has no such number: asks for the session, right after it was seen to run our statement. */
    MYSQL("id", "KILL QUERY ");

    private static final String OURS = " FROM information_schema.processlist"
            + " WHERE user = SUBSTRING_INDEX(USER(), '@', 1) AND id <> CONNECTION_ID()";

    private final String find;
    private final String findSession;
    private final String cancel;

    MariaDbActivity(String statementId, String cancel) {
        String where = OURS + " AND id = ? AND LEFT(info, CHAR_LENGTH(?)) = ?";
        this.find = "SELECT " + statementId + where;
        this.findSession = "SELECT id" + where;
        this.cancel = cancel;
    }

    @Override
    public boolean cancel(Connection control, long session, String tag) throws SQLException {
        return kill(control, find(control, find, session, tag), cancel);
    }

    @Override
    public boolean kill(Connection control, long session, String tag) throws SQLException {
        return kill(control, find(control, findSession, session, tag), "KILL CONNECTION ");
    }

    private static OptionalLong find(Connection control, String sql, long session, String tag) throws SQLException {
        String comment = MariaDbDriver.comment(tag);
        try (PreparedStatement statement = control.prepareStatement(sql)) {
            statement.setLong(1, session);
            statement.setString(2, comment);
            statement.setString(3, comment);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    private static boolean kill(Connection control, OptionalLong id, String command) throws SQLException {
        if (id.isEmpty()) {
            return false;
        }
        try (Statement statement = control.createStatement()) {
            statement.execute(command + id.getAsLong());
        }
        return true;
    }

    @Override
    public List<Tagged> running(Connection control, String mark) throws SQLException {
        String sql = "SELECT id, SUBSTRING_INDEX(SUBSTRING(info, 4), ' ', 1)" + OURS
                + " AND info LIKE '/* belvedere/%' AND LOCATE(?, LEFT(info, 100)) > 0";
        List<Tagged> running = new ArrayList<>();
        try (PreparedStatement statement = control.prepareStatement(sql)) {
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
