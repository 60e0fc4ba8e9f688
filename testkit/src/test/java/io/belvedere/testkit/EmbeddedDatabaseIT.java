package io.belvedere.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseIT {

    @Test
    void theReaderReadsWhatTheAdministratorLoadsAndChangesNothing() throws Exception {
        for (var database :
                new TestDatabases.Fresh[] {TestDatabases.freshPostgres("reads"), TestDatabases.freshMariaDb("reads")}) {
            try (database) {
                database.execute(
                        "CREATE TABLE t (id int PRIMARY KEY, name varchar(20))",
                        "INSERT INTO t VALUES (1, 'Łukasz 北京')");
                try (var reader = database.openAsReader()) {
                    assertThat(text(reader, "SELECT name FROM t")).isEqualTo("Łukasz 北京");
                    for (var sql : new String[] {
                        "INSERT INTO t VALUES (2, 'x')", "DELETE FROM t", "DROP TABLE t", "CREATE TABLE u (id int)"
                    }) {
                        assertThatThrownBy(() -> text(reader, sql)).as(sql).isInstanceOf(SQLException.class);
                    }
                }
            }
        }
    }

    @Test
    void aDroppedDatabaseTakesTheRightsOnItAlong() throws Exception {
        try (var database = TestDatabases.freshMariaDb("rights")) {
            var reader = "'" + database.user() + "'@'" + database.host() + "'";
            database.execute(
                    "CREATE TABLE t (id int, note text)",
                    "GRANT EXECUTE ON " + database.name() + ".* TO " + reader,
                    "GRANT UPDATE (note) ON " + database.name() + ".t TO " + reader);
        }
        try (var other = TestDatabases.freshMariaDb("rights");
                var admin = other.openAsAdmin()) {
            assertThat(text(admin, "SELECT COUNT(*) FROM mysql.db WHERE Execute_priv = 'Y'"))
                    .isEqualTo("0");
            assertThat(text(admin, "SELECT COUNT(*) FROM mysql.columns_priv")).isEqualTo("0");
        }
    }

    @Test
    void nobodyComesInWithoutTheRightPassword() {
        for (var server : new EmbeddedDatabase[] {TestDatabases.postgres(), TestDatabases.mariaDb()}) {
            var url = server instanceof EmbeddedPostgres ? server.jdbcUrl("postgres") : server.jdbcUrl("mysql");
            for (var user : new String[] {"belvedere", "postgres", "root", "admin", ""}) {
                assertThatThrownBy(() -> DriverManager.getConnection(url, user, ""))
                        .as(user + " on " + url)
                        .isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> DriverManager.getConnection(url, user, "guess"))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void aKilledServerComesBackOnItsPortWithItsData(@TempDir Path folder) throws Exception {
        try (var postgres = EmbeddedPostgres.start(Storage.kept(folder.resolve("pg")));
                var maria = EmbeddedMariaDb.start(Storage.temporary())) {
            for (var server : new EmbeddedDatabase[] {postgres, maria}) {
                server.createDatabase("shop");
                try (var admin = server.openAsAdmin("shop")) {
                    text(admin, "CREATE TABLE t AS SELECT 7 AS x");
                }
                var port = server.port();
                var pid = server.pid();
                server.kill();
                assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
                assertThatThrownBy(() -> server.openAsReader("shop")).isInstanceOf(SQLException.class);
                server.restart();
                assertThat(server.port()).isEqualTo(port);
                try (var reader = server.openAsReader("shop")) {
                    assertThat(text(reader, "SELECT x FROM t")).isEqualTo("7");
                }
            }
        }
    }

    @Test
    void aKeptFolderServesOneServerAtATimeAndStays(@TempDir Path folder) throws Exception {
        var kept = Storage.kept(folder.resolve("maria"));
        try (var first = EmbeddedMariaDb.start(kept)) {
            first.createDatabase("shop");
            assertThatThrownBy(() -> EmbeddedMariaDb.start(kept)).isInstanceOf(FolderInUse.class);
        }
        try (var second = EmbeddedMariaDb.start(kept);
                var reader = second.openAsReader("shop")) {
            assertThat(text(reader, "SELECT database()")).isEqualTo("shop");
        }
    }

    @Test
    void aTemporaryServerLeavesNeitherProcessNorFolder() throws Exception {
        var server = EmbeddedPostgres.start(Storage.temporary());
        var pid = server.pid();
        String data;
        try (var admin = server.openAsAdmin("postgres")) {
            data = text(admin, "SHOW data_directory");
        }
        server.close();
        server.close();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(Files.exists(Path.of(data).getParent())).isFalse();
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (var rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
