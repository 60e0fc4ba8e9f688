package io.belvedere.testkit.tpch;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** Rows by COPY, into a table made in the same transaction: at wal_level minimal they are written once. */
final class PostgresLoad implements TableLoad {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Connection connection;
    private final String table;
    private final Relation relation;
    private final PGCopyOutputStream rows;

    PostgresLoad(Connection connection, String schema, Relation relation) throws SQLException {
        this.connection = connection;
        this.table = schema + "." + relation.table();
        this.relation = relation;
        try {
            connection.setAutoCommit(false);
            var columns = relation.columns().stream()
                    .map(column -> column.name() + " " + column.storedType() + " NOT NULL")
                    .collect(Collectors.joining(", "));
            run("SET LOCAL maintenance_work_mem = '256MB'", "CREATE TABLE %s (%s)".formatted(table, columns));
            this.rows = new PGCopyOutputStream(
                    connection.unwrap(PGConnection.class), "COPY " + table + " FROM STDIN", BUFFER_BYTES);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void write(byte[] row) throws IOException {
        rows.write(row);
    }

    @Override
    public void finish() throws IOException, SQLException {
        rows.close();
        run("ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(table, String.join(", ", relation.primaryKey())));
        if (relation.index().isPresent()) {
            run("CREATE INDEX ON %s (%s)".formatted(table, relation.index().get()));
        }
        connection.commit();
        connection.setAutoCommit(true);
        run("VACUUM (ANALYZE) " + table); // sets the visibility map too, without which index-only scans are none
    }

    private void run(String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
