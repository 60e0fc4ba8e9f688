package io.belvedere.samples;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.postgresql.PGConnection;

/** Makes tables and fills them: rows first, then keys and indexes, then statistics. */
final class Loader {

    private Loader() {}

    /** Loads {@code tables} into {@code schema}, which is made if it is missing. */
    static void loadPostgres(Connection connection, String schema, List<Table> tables) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "CREATE SCHEMA IF NOT EXISTS " + schema, "SET LOCAL maintenance_work_mem = '256MB'");
        for (var table : tables) {
            // Made and filled in one transaction: at wal_level minimal, the rows are written once.
            run(
                    connection,
                    "CREATE TABLE %s.%s (%s)".formatted(schema, table.name(), String.join(", ", table.columns())));
            copy(connection, schema, table);
            run(
                    connection,
                    "ALTER TABLE %s.%s ADD PRIMARY KEY (%s)".formatted(schema, table.name(), table.primaryKey()));
            for (var index : table.indexes()) {
                run(connection, "CREATE INDEX ON %s.%s (%s)".formatted(schema, table.name(), index));
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        for (var table : tables) {
            // VACUUM sets the visibility map too, without which index-only scans are none.
            run(connection, "VACUUM (ANALYZE) %s.%s".formatted(schema, table.name()));
        }
    }

    private static void copy(Connection connection, String schema, Table table) throws SQLException {
        var copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY %s.%s (%s) FROM STDIN"
                        .formatted(schema, table.name(), String.join(", ", table.columnNames())));
        try {
            var sink = CopyText.into(copy);
            table.rows().writeTo(sink);
            sink.flush();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Loads {@code tables} into the connection's own database. */
    static void loadMariaDb(Connection connection, List<Table> tables) throws SQLException {
        for (var table : tables) {
            connection.setAutoCommit(true);
            run(
                    connection,
                    "CREATE TABLE %s (%s, PRIMARY KEY (%s))"
                            .formatted(table.name(), mariaDbColumns(table), table.primaryKey()));
            connection.setAutoCommit(false);
            insert(connection, table);
            connection.commit();
            connection.setAutoCommit(true);
            for (var index : table.indexes()) {
                run(connection, "CREATE INDEX %s_%s ON %1$s (%2$s)".formatted(table.name(), index));
            }
            run(connection, "ANALYZE TABLE " + table.name() + " PERSISTENT FOR ALL");
        }
    }

    private static String mariaDbColumns(Table table) {
        return String.join(
                ", ",
                table.columns().stream()
                        .map(column -> column.replace(" timestamp", " datetime(6)"))
                        .toList());
    }

    private static void insert(Connection connection, Table table) throws SQLException {
        var names = table.columnNames();
        var sql = "INSERT INTO %s (%s) VALUES (%s)"
                .formatted(
                        table.name(),
                        String.join(", ", names),
                        String.join(", ", Collections.nCopies(names.size(), "?")));
        try (var statement = connection.prepareStatement(sql)) {
            var sink = new BatchedInserts(statement);
            table.rows().writeTo(sink);
            sink.flush();
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
