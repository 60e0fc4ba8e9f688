package io.belvedere.server.attack;

import io.belvedere.testkit.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Listens to what the databases are asked, as they write it down themselves. Only while it is open. */
final class SourceStatements implements AutoCloseable {
    private static final String ASKED = "LOG:  execute ";
    private final Path postgresLog;
    private final int begin;

    private SourceStatements(Path postgresLog, int begin) {
        this.postgresLog = postgresLog;
        this.begin = begin;
    }

    static SourceStatements listen() throws SQLException, IOException {
        // A server's log is its standard error.
        Path log = Path.of("/proc", Long.toString(TestDatabases.postgres().pid()), "fd", "2")
                .toRealPath();
        admin(
                TestDatabases.postgres().openAsAdmin("postgres"),
                "ALTER SYSTEM SET log_statement = 'all'",
                "SELECT pg_reload_conf()");
        admin(
                TestDatabases.mariaDb().openAsAdmin("mysql"),
                "SET GLOBAL log_output = 'TABLE'",
                "TRUNCATE TABLE general_log",
                "SET GLOBAL general_log = 'ON'");
        return new SourceStatements(log, Files.readString(log).length());
    }

    /** Every statement of a query so far that reads the attacked rows; samples for statistics are the server's own and bear no query's tag. */
    List<String> heard() throws SQLException, IOException {
        List<String> statements = new ArrayList<>();
        try (Connection connection = TestDatabases.mariaDb().openAsAdmin("mysql");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CONVERT(argument USING utf8mb4) FROM general_log WHERE argument LIKE '/* belvedere/%'")) {
            while (rows.next()) {
                statements.add(rows.getString(1));
            }
        }
        Stream.of(Files.readString(postgresLog).substring(begin).split("(?m)^(?=[0-9]{4}-)"))
                .filter(entry -> entry.contains(ASKED))
                .map(entry -> entry.substring(entry.indexOf(ASKED)))
                .forEach(statements::add);
        return statements.stream()
                .filter(text -> text.matches("(?s).*FROM\\s+[`\"](customer|orders)[`\"].*"))
                .toList();
    }

    private static void admin(Connection opened, String... statements) throws SQLException {
        try (Connection connection = opened;
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        admin(
                TestDatabases.postgres().openAsAdmin("postgres"),
                "ALTER SYSTEM RESET log_statement",
                "SELECT pg_reload_conf()");
        admin(
                TestDatabases.mariaDb().openAsAdmin("mysql"),
                "SET GLOBAL general_log = 'OFF'",
                "SET GLOBAL log_output = 'FILE'");
    }
}
