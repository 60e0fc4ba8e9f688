package io.belvedere.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A JDBC driver: PostgreSQL's own, which is the baseline, or Apache's for Flight SQL. */
final class JdbcDoor implements Door {
    /** With it PostgreSQL's driver reads by a cursor; without one it would hold the whole result. */
    private static final int FETCH_ROWS = 10_000;

    private final Connection connection;
    private final Statement statement;
    private final PreparedStatement keyed;
    private final String sql;

    /** Takes over the connection. */
    JdbcDoor(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        this.sql = sql;
        this.statement = connection.createStatement();
        this.keyed = connection.prepareStatement(sql + " WHERE id = ?");
    }

    /** Straight to the database, by a cursor. */
    static JdbcDoor direct(DoorsTable table) throws SQLException {
        Connection connection = table.connect();
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        JdbcDoor door = new JdbcDoor(connection, DoorsTable.DIRECTLY);
        door.statement.setFetchSize(FETCH_ROWS);
        return door;
    }

    @Override
    public Tally all() throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return read(rows);
        }
    }

    @Override
    public Tally one(long id) throws SQLException {
        keyed.setLong(1, id);
        try (ResultSet rows = keyed.executeQuery()) {
            return read(rows);
        }
    }

    private static Tally read(ResultSet rows) throws SQLException {
        Tally tally = new Tally();
        while (rows.next()) {
            tally.rows(1);
            tally.whole(0, rows.getLong(1));
            tally.whole(1, rows.getLong(2));
            tally.whole(2, rows.getInt(3));
            tally.price(3, rows.getBigDecimal(4));
            tally.weight(4, rows.getDouble(5));
            tally.day(5, rows.getDate(6).toLocalDate());
            tally.moment(6, rows.getTimestamp(7).toLocalDateTime());
            tally.flag(7, rows.getBoolean(8));
            tally.text(8, rows.getString(9).length());
            tally.text(9, rows.getString(10).length());
        }
        return tally;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
