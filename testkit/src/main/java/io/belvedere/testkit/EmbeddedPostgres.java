package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL 18 server. Its databases are UTF-8 and sort by code point, whatever the machine's locale says. */
public final class EmbeddedPostgres implements EmbeddedDatabase {
    private static final String ADMIN = "postgres";
    private static final String TEMPLATE = "postgresql-18.6.0-template-1";

    private final Server server;

    private EmbeddedPostgres(Server server) {
        this.server = server;
    }

    /** Starts a server; {@link FolderInUse} when its kept folder has one already. */
    public static EmbeddedPostgres start(Storage storage) throws IOException {
        return new EmbeddedPostgres(Server.start(new PostgresProgram(), storage));
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
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    @Override
    public Connection openAsAdmin(String database) throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl(database), ADMIN, server.secrets().admin());
    }

    @Override
    public Connection openAsReader(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), READER, password());
    }

    @Override
    public void createDatabase(String name) throws SQLException {
        execute("CREATE DATABASE " + Identifier.check(name));
    }

    @Override
    public void dropDatabase(String name) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + Identifier.check(name) + " WITH (FORCE)");
    }

    private void execute(String sql) throws SQLException {
        try (var connection = openAsAdmin("postgres");
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

    private static final class PostgresProgram implements Program {

        @Override
        public Path template() {
            return CacheFolder.buildOnce(TEMPLATE, PostgresProgram::buildTemplate);
        }

        private static void buildTemplate(Path folder) throws IOException {
            var secrets = Secrets.draw();
            secrets.save(folder);
            PostgresTemplate.build(Binaries.postgres(), folder, ADMIN, READER, secrets);
        }

        @Override
        public void prepare(Path data) throws IOException {
            ServerUser.CURRENT.own(data);
        }

        @Override
        public List<String> command(Path data, int port, Storage storage) {
            var command = new ArrayList<>(
                    List.of(Binaries.postgres().resolve("bin/postgres").toString(), "-D", data.toString()));
            command.addAll(setting("listen_addresses", HOST));
            command.addAll(setting("port", Integer.toString(port)));
            command.addAll(setting("unix_socket_directories", ""));
            command.addAll(setting("max_connections", "200"));
            command.addAll(setting("shared_buffers", "256MB"));
            command.addAll(setting("max_wal_size", "4GB"));
            command.addAll(setting("wal_level", "minimal")); // a COPY into a new table then writes the table only
            command.addAll(setting("max_wal_senders", "0"));
            command.addAll(setting("timezone", "UTC"));
            command.addAll(setting("log_timezone", "UTC"));
            if (storage instanceof Storage.Temporary) {
                command.addAll(setting("fsync", "off"));
                command.addAll(setting("full_page_writes", "off"));
                command.addAll(setting("synchronous_commit", "off"));
            }
            return ServerUser.CURRENT.command(command);
        }

        private static List<String> setting(String name, String value) {
            return List.of("-c", name + "=" + value);
        }

        @Override
        public void probe(Path data, int port, Secrets secrets) throws SQLException {
            try (var connection = DriverManager.getConnection(url(port, "postgres"), ADMIN, secrets.admin());
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SHOW data_directory")) {
                if (!rows.next() || !Path.of(rows.getString(1)).equals(data)) {
                    throw new SQLException("Another server answers on port " + port);
                }
            }
        }

        @Override
        public String stopSignal() {
            return "INT";
        }

        @Override
        public String dropSignal() {
            return "QUIT";
        }
    }
}
