package io.belvedere.testkit.tpch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** Rows by LOAD DATA LOCAL, from a file that is written first: the driver wants to pull them. */
final class MariaDbLoad implements TableLoad {
    private final Connection connection;
    private final Relation relation;
    private final Path file;
    private final OutputStream rows;

    MariaDbLoad(Connection connection, Relation relation) throws SQLException, IOException {
        this.connection = connection;
        this.relation = relation;
        try {
            this.file = Files.createTempFile("tpch-", ".tsv");
            this.rows = new BufferedOutputStream(Files.newOutputStream(file));
        } catch (IOException e) {
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
        var definitions = relation.columns().stream()
                .map(column -> column.name() + " " + column.storedType() + " NOT NULL")
                .collect(Collectors.joining(", "));
        run("CREATE TABLE %s (%s, PRIMARY KEY (%s))"
                .formatted(relation.table(), definitions, String.join(", ", relation.primaryKey())));
        try (var statement = connection.createStatement();
                var text = Files.newInputStream(file)) {
            statement.unwrap(org.mariadb.jdbc.Statement.class).setLocalInfileInputStream(text);
            statement.execute(
                    "LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + relation.table() + " CHARACTER SET utf8mb4");
        }
        if (relation.index().isPresent()) {
            var columns = relation.index().get();
            run("CREATE INDEX %s ON %s (%s)".formatted(columns.replace(", ", "_"), relation.table(), columns));
        }
        run("ANALYZE TABLE " + relation.table());
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        rows.close();
        Files.deleteIfExists(file);
        connection.close();
    }
}
