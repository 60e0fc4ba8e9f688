package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL 18 server. Its databases are UTF-8 and sort by code point, whatever the machine's locale says. */
public final class EmbeddedPostgres implements EmbeddedDatabase {
    private static final String ADMIN = "postgres";
    private static final String TEMPLATE = "postgresql-18.6.0-template-1";

    /** A standby must have room for as many senders as its original. */
    private static final List<String> REPLICATED = List.of("wal_level=replica", "max_wal_senders=4");

    private final Server server;

    private EmbeddedPostgres(Server server) {
        this.server = server;
    }

    /** Starts a server; {@link FolderInUse} when its kept folder has one already. */
    public static EmbeddedPostgres start(Storage storage) throws IOException {
        return new EmbeddedPostgres(Server.start(new PostgresProgram(Optional.empty(), List.of()), storage));
    }

    /** Starts a server in a folder of its own that {@link #startStandby} can copy while it is stopped. */
    public static EmbeddedPostgres startOriginal(Path folder) throws IOException {
        return new EmbeddedPostgres(
                Server.start(new PostgresProgram(Optional.empty(), REPLICATED), Storage.kept(folder)));
    }

    /**
     * Starts a standby of the server that has this folder, and is stopped meanwhile; it catches up when the other is there again.
     *
     * @param originalPort where the other will be
     * @param delay how much later the standby replays what it gets
     */
    public static EmbeddedPostgres startStandby(Path originalFolder, int originalPort, Duration delay)
            throws IOException {
        var original = new Original(originalFolder, originalPort);
        var settings = new ArrayList<>(REPLICATED);
        settings.add("recovery_min_apply_delay=" + delay.toMillis() + "ms");
        return new EmbeddedPostgres(
                Server.start(new PostgresProgram(Optional.of(original), settings), Storage.temporary()));
    }

    /** What a standby is a copy of. */
    private record Original(Path folder, int port) {}

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

    /**
     * @param original whose copy the server is
     * @param settings besides those of every server
     */
    private record PostgresProgram(Optional<Original> original, List<String> settings) implements Program {

        @Override
        public Path template() {
            return original.map(Original::folder)
                    .orElseGet(() -> CacheFolder.buildOnce(TEMPLATE, PostgresProgram::buildTemplate));
        }

        private static void buildTemplate(Path folder) throws IOException {
            var secrets = Secrets.draw();
            secrets.save(folder);
            PostgresTemplate.build(Binaries.postgres(), folder, ADMIN, READER, secrets);
        }

        @Override
        public void prepare(Path data) throws IOException {
            if (original.isPresent()) {
                Files.writeString(data.resolve("standby.signal"), "");
                Files.writeString(
                        data.resolve("postgresql.auto.conf"),
                        "primary_conninfo = 'host=%s port=%d user=%s password=%s'%n"
                                .formatted(
                                        HOST,
                                        original.get().port(),
                                        ADMIN,
                                        Secrets.load(original.get().folder()).admin()));
            }
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
            // The last word about a setting counts.
            settings.forEach(setting -> command.addAll(List.of("-c", setting)));
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
