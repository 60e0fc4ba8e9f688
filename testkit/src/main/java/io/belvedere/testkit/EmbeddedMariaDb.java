package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A MariaDB 11.4 server, utf8mb4, in UTC. */
public final class EmbeddedMariaDb implements EmbeddedDatabase {
    private static final String ADMIN = "admin";
    private static final String TEMPLATE = "mariadb-11.4.5-template-1";

    private final Server server;

    private EmbeddedMariaDb(Server server) {
        this.server = server;
    }

    /** Starts a server; {@link FolderInUse} when its kept folder has one already. */
    public static EmbeddedMariaDb start(Storage storage) throws IOException {
        return new EmbeddedMariaDb(Server.start(new MariaDbProgram(List.of()), storage));
    }

    /** Starts a server that writes down what changes in it, for others to {@link #follow}. */
    public static EmbeddedMariaDb startOriginal() throws IOException {
        return new EmbeddedMariaDb(Server.start(
                new MariaDbProgram(List.of("--server-id=1", "--log-bin=changes", "--binlog-format=ROW")),
                Storage.temporary()));
    }

    /** Starts a server that becomes a copy of another one by {@link #follow}. */
    public static EmbeddedMariaDb startReplica() throws IOException {
        return new EmbeddedMariaDb(
                Server.start(new MariaDbProgram(List.of("--server-id=2", "--relay-log=relayed")), Storage.temporary()));
    }

    /** Repeats everything that has changed in the other server since it was started, and what will change. */
    public void follow(EmbeddedMariaDb original) throws SQLException {
        execute(
                "CHANGE MASTER TO MASTER_HOST = '" + HOST + "', MASTER_PORT = " + original.port() + ", MASTER_USER = '"
                        + ADMIN + "', MASTER_PASSWORD = '"
                        + original.server.secrets().admin()
                        + "', MASTER_SSL = 0, MASTER_SSL_VERIFY_SERVER_CERT = 0, MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos");
        execute("START REPLICA");
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String password() {
        return server.secrets().reader();
    }

    @Override
    public String jdbcUrl(String database) {
        return url(server.port(), database);
    }

    private static String url(int port, String database) {
        return "jdbc:mariadb://" + HOST + ":" + port + "/" + database;
    }

    @Override
    public Connection openAsAdmin(String database) throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl(database) + "?useBulkStmts=true",
                ADMIN,
                server.secrets().admin());
    }

    @Override
    public Connection openAsReader(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), READER, password());
    }

    @Override
    public void createDatabase(String name) throws SQLException {
        execute("CREATE DATABASE " + Identifier.check(name));
        execute("GRANT SELECT, SHOW VIEW ON " + name + ".* TO '" + READER + "'@'" + HOST + "'");
    }

    /** Drops it with every right on it: MariaDB keeps the rights of a database that is gone, for the next one of that name. */
    @Override
    public void dropDatabase(String name) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + Identifier.check(name));
        for (String table : List.of("db", "tables_priv", "columns_priv", "procs_priv")) {
            execute("DELETE FROM mysql." + table + " WHERE Db = '" + name + "'");
        }
        execute("FLUSH PRIVILEGES");
    }

    private void execute(String sql) throws SQLException {
        try (var connection = openAsAdmin("mysql");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        try {
            server.launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    /** @param settings further ones, as they stand in the command */
    private record MariaDbProgram(List<String> settings) implements Program {
        MariaDbProgram {
            settings = List.copyOf(settings);
        }

        @Override
        public Path template() {
            return CacheFolder.buildOnce(TEMPLATE, MariaDbProgram::buildTemplate);
        }

        private static void buildTemplate(Path folder) throws IOException {
            var secrets = Secrets.draw();
            secrets.save(folder);
            var binaries = Binaries.mariaDb();
            var data = folder.resolve("data");
            Tool.run(
                    asRootToo(List.of(
                            "sh",
                            binaries.resolve("scripts/mariadb-install-db").toString(),
                            "--no-defaults",
                            "--basedir=" + binaries,
                            "--datadir=" + data,
                            "--auth-root-authentication-method=normal",
                            "--innodb-log-file-size=16M",
                            "--skip-name-resolve",
                            "--skip-test-db")),
                    "");
            replaceUsers(binaries, data, secrets);
        }

        /** Takes away the users without a password that a new data folder has, and adds ours. */
        private static void replaceUsers(Path binaries, Path data, Secrets secrets) throws IOException {
            Tool.run(
                    asRootToo(List.of(
                            binaries.resolve("bin/mariadbd").toString(),
                            "--no-defaults",
                            "--bootstrap",
                            "--basedir=" + binaries,
                            "--datadir=" + data,
                            "--innodb-log-file-size=16M",
                            "--log-warnings=0")),
                    """
                    use mysql;
                    delete from global_priv where user <> 'mariadb.sys';
                    flush privileges;
                    create user '%1$s'@'%2$s' identified by '%3$s';
                    grant all privileges on *.* to '%1$s'@'%2$s' with grant option;
                    create user '%4$s'@'%2$s' identified by '%5$s';
                    """.formatted(ADMIN, HOST, secrets.admin(), READER, secrets.reader()));
        }

        private static List<String> asRootToo(List<String> command) {
            if (!ServerUser.isRoot()) {
                return command;
            }
            var whole = new ArrayList<>(command);
            whole.add("--user=root");
            return whole;
        }

        @Override
        public void prepare(Path data) throws IOException {
            if (!Files.isDirectory(data)) {
                throw new IOException("No data folder " + data);
            }
        }

        @Override
        public List<String> command(Path data, int port, Storage storage) {
            var binaries = Binaries.mariaDb();
            var command = new ArrayList<>(List.of(
                    binaries.resolve("bin/mariadbd").toString(),
                    "--no-defaults",
                    "--basedir=" + binaries,
                    "--datadir=" + data,
                    "--bind-address=" + HOST,
                    "--port=" + port,
                    "--socket=",
                    "--skip-name-resolve",
                    "--skip-ssl", // else 11.4 makes an RSA-4096 key at every start: 2 to 14 seconds
                    "--character-set-server=utf8mb4",
                    "--default-time-zone=+00:00",
                    "--max-connections=200",
                    "--max-allowed-packet=64M",
                    "--innodb-buffer-pool-size=128M",
                    "--innodb-log-file-size=64M",
                    "--skip-innodb-buffer-pool-load-at-startup",
                    "--skip-innodb-buffer-pool-dump-at-shutdown"));
            command.addAll(settings);
            if (storage instanceof Storage.Temporary) {
                command.addAll(List.of(
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-flush-method=nosync",
                        "--skip-innodb-doublewrite"));
            }
            return asRootToo(command);
        }

        @Override
        public void probe(Path data, int port, Secrets secrets) throws SQLException {
            try (var connection = DriverManager.getConnection(url(port, "mysql"), ADMIN, secrets.admin());
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT @@datadir")) {
                if (!rows.next() || !Path.of(rows.getString(1)).equals(data)) {
                    throw new SQLException("Another server answers on port " + port);
                }
            }
        }

        @Override
        public String stopSignal() {
            return "TERM";
        }

        @Override
        public String dropSignal() {
            return "KILL";
        }
    }
}
