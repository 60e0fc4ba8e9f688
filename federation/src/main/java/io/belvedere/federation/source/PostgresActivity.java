package io.belvedere.federation.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL: {@code pg_stat_activity}, where the tag is the application's name; workers have that of the session they help, and end with it. */
enum PostgresActivity implements Activity {
    INSTANCE;

    private static final String OURS =
            " FROM pg_catalog.pg_stat_activity WHERE usename = current_user" + " AND backend_type = 'client backend'";
    private static final String CANCEL = "SELECT pg_catalog.pg_cancel_backend(pid)" + OURS
            + " AND pid = ? AND application_name = ? AND state = 'active'";
    private static final String KILL =
            "SELECT pg_catalog.pg_terminate_backend(pid)" + OURS + " AND pid = ? AND application_name = ?";
    private static final String RUNNING = "SELECT pid, application_name" + OURS
            + " AND application_name LIKE 'belvedere/%' AND strpos(application_name, ?) > 0";

    @Override
    public boolean cancel(Connection control, long session, String tag) throws SQLException {
        return signal(control, CANCEL, session, tag);
    }

    @Override
    public boolean kill(Connection control, long session, String tag) throws SQLException {
        return signal(control, KILL, session, tag);
    }

    private static boolean signal(Connection control, String sql, long session, String tag) throws SQLException {
        try (PreparedStatement statement = control.prepareStatement(sql)) {
            statement.setInt(1, Math.toIntExact(session));
            statement.setString(2, tag);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
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
