package io.belvedere.testkit.hunt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one PostgreSQL that holds everything. Used by one thread; closing it closes its connection. */
final class Oracle implements AutoCloseable {
    private static final int SECONDS_MAX = 20;
    /** PostgreSQL joins in full only by equalities that are left when it has simplified them. */
    private static final String NOT_THERE = "0A000";

    private final Connection connection;
    // What was asked last: a query is drawn by its rows, then compared with them, in several modes.
    private String lastAsked = "";
    private Answer lastAnswer = new Answer.Busy();

    Oracle(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = '" + SECONDS_MAX + "s'");
        }
    }

    Answer ask(HuntedQuery query) {
        String sql = query.sql(Side.ORACLE);
        if (!sql.equals(lastAsked)) {
            lastAnswer = ask(sql);
            lastAsked = sql;
        }
        return lastAnswer;
    }

    private Answer ask(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return new Answer.Rows(rows(result));
        } catch (SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            if (state.equals(NOT_THERE)) {
                return new Answer.Refused("the oracle cannot");
            }
            // Classes 21 and 22: more than one row where one is due, a value out of range.
            return state.startsWith("22") || state.startsWith("21")
                    ? new Answer.DataError(fault(state), state)
                    : new Answer.Failed("the oracle does not take the query: " + failure.getMessage());
        }
    }

    private static Answer.Fault fault(String state) {
        return switch (state) {
            case "22012" -> Answer.Fault.DIVISION_BY_ZERO;
            case "21000" -> Answer.Fault.SEVERAL_ROWS;
            default -> Answer.Fault.UNFIT;
        };
    }

    /**
     * Whether some order of work may find this fault in a query: it does when the conditions of groups save none from an expression,
     * or those of rows neither. What CASE and COALESCE leave out is not computed in any order.
     */
    boolean mayFind(Answer.Fault fault, HuntedQuery query) {
        try {
            for (String exposed : List.of("groups", "rows")) {
                expose(exposed);
                if (ask(query.sql(Side.EXPOSED)) instanceof Answer.DataError found
                        && (found.fault() == fault || fault == Answer.Fault.UNKNOWN)) {
                    return true;
                }
            }
            return false;
        } finally {
            expose("");
        }
    }

    private void expose(String what) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET held.exposed = '" + what + "'");
        } catch (SQLException failure) {
            throw new IllegalStateException("the oracle is gone", failure);
        }
    }

    private static List<List<@Nullable Object>> rows(ResultSet result) throws SQLException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            types.add(result.getMetaData().getColumnTypeName(i));
        }
        while (result.next()) {
            List<@Nullable Object> row = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                row.add(value(result, i + 1, types.get(i)));
            }
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable Object value(ResultSet result, int column, String type) throws SQLException {
        return switch (type) {
            case "date" -> result.getObject(column, LocalDate.class);
            case "timestamp" -> result.getObject(column, LocalDateTime.class);
            case "timestamptz" -> result.getObject(column, OffsetDateTime.class);
            case "time" -> result.getObject(column, LocalTime.class);
            default -> result.getObject(column);
        };
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
