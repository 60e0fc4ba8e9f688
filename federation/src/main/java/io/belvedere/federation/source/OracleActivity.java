package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Oracle: {@code v$session}, where the tag is the client's identifier. Our account needs SELECT on it and ALTER SYSTEM to end
 * anything; where it has neither, these steps fail and the ladder goes on to the socket.
 */
enum OracleActivity implements Activity {
    INSTANCE;

    private static final String OURS = " FROM v$session WHERE username = USER AND type = 'USER'"
            + " AND audsid <> SYS_CONTEXT('USERENV', 'SESSIONID')";
    /** By session and serial number, which together are never used again; the instance, where there are several. */
    static final String FIND = "SELECT sid || ',' || serial#" + OURS + " AND sid = ? AND client_identifier = ?";

    static final String RUNNING = "SELECT sid, client_identifier" + OURS
            + " AND client_identifier LIKE 'belvedere/%' AND INSTR(client_identifier, ?) > 0";
    private static final String CANCEL = "ALTER SYSTEM CANCEL SQL '";
    private static final String KILL = "ALTER SYSTEM DISCONNECT SESSION '";

    @Override
    public boolean cancel(Connection control, long session, String tag) throws SQLException {
        return end(control, session, tag, CANCEL, "'");
    }

    @Override
    public boolean kill(Connection control, long session, String tag) throws SQLException {
        return end(control, session, tag, KILL, "' IMMEDIATE");
    }

    private static boolean end(Connection control, long session, String tag, String before, String after)
            throws SQLException {
        Optional<String> found = find(control, session, tag);
        if (found.isEmpty()) {
            return false;
        }
        try (Statement statement = control.createStatement()) {
            // Two numbers and a comma, as the server wrote them.
            statement.execute(before + found.get() + after);
        }
        return true;
    }

    private static Optional<String> find(Connection control, long session, String tag) throws SQLException {
        try (PreparedStatement statement = control.prepareStatement(FIND)) {
            statement.setLong(1, session);
            statement.setString(2, OracleDriver.shortened(tag));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
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
