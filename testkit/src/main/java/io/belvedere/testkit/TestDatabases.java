package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One PostgreSQL and one MariaDB for all tests of a JVM, and a fresh database for each test class that asks. Both start at the first use, at
 * the same time, and end with the JVM. A test that stops or kills a server starts one of its own.
 */
public final class TestDatabases {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private TestDatabases() {}

    /** A database of its own on a shared server. Close it to drop it. */
    public record Fresh(EmbeddedDatabase server, String name) implements AutoCloseable {

        public String host() {
            return EmbeddedDatabase.HOST;
        }

        public int port() {
            return server.port();
        }

        /** Who may read. */
        public String user() {
            return EmbeddedDatabase.READER;
        }

        public String password() {
            return server.password();
        }

        public String jdbcUrl() {
            return server.jdbcUrl(name);
        }

        /** A connection that may do anything; the caller closes it. */
        public Connection openAsAdmin() throws SQLException {
            return server.openAsAdmin(name);
        }

        /** A connection that may only read; the caller closes it. */
        public Connection openAsReader() throws SQLException {
            return server.openAsReader(name);
        }

        /** Runs statements as the administrator, one after the other. */
        public void execute(String... statements) throws SQLException {
            try (var connection = openAsAdmin();
                    var statement = connection.createStatement()) {
                for (var sql : statements) {
                    statement.execute(sql);
                }
            }
        }

        @Override
        public void close() throws SQLException {
            server.dropDatabase(name);
        }
    }

    public static EmbeddedPostgres postgres() {
        return (EmbeddedPostgres) joined(Shared.POSTGRES);
    }

    public static EmbeddedMariaDb mariaDb() {
        return (EmbeddedMariaDb) joined(Shared.MARIADB);
    }

    /** A fresh PostgreSQL database whose name begins with {@code prefix}. */
    public static Fresh freshPostgres(String prefix) throws SQLException {
        return fresh(postgres(), prefix);
    }

    /** A fresh MariaDB database whose name begins with {@code prefix}. */
    public static Fresh freshMariaDb(String prefix) throws SQLException {
        return fresh(mariaDb(), prefix);
    }

    private static Fresh fresh(EmbeddedDatabase server, String prefix) throws SQLException {
        var name = prefix + "_" + NEXT.incrementAndGet();
        server.createDatabase(name);
        return new Fresh(server, name);
    }

    private static EmbeddedDatabase joined(CompletableFuture<EmbeddedDatabase> server) {
        try {
            return server.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("The shared test servers do not start", e.getCause());
        }
    }

    /** Loaded, and so started, at first use. */
    private static final class Shared {
        static final CompletableFuture<EmbeddedDatabase> POSTGRES =
                starting(() -> EmbeddedPostgres.start(Storage.temporary()));
        static final CompletableFuture<EmbeddedDatabase> MARIADB =
                starting(() -> EmbeddedMariaDb.start(Storage.temporary()));

        private static CompletableFuture<EmbeddedDatabase> starting(Callable<EmbeddedDatabase> start) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return start.call();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } catch (RuntimeException e) {
                            throw e;
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    work -> Thread.ofPlatform().daemon().start(work));
        }
    }
}
