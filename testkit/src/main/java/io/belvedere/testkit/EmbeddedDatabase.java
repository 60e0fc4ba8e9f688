package io.belvedere.testkit;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A real database server on a random port of the loopback interface. It listens on TCP only and lets nobody in without a password. Two users
 * exist: an administrator, for loading, and {@value #READER}, who may only read. Thread safe; whoever starts it closes it, and the end of the
 * JVM closes what was forgotten.
 */
public sealed interface EmbeddedDatabase extends AutoCloseable permits EmbeddedPostgres, EmbeddedMariaDb {
    String HOST = "127.0.0.1";
    String READER = "belvedere";

    int port();

    /** The password of {@value #READER}. */
    String password();

    /** The JDBC URL of a database, without user and password. */
    String jdbcUrl(String database);

    /** A connection that may do anything; the caller closes it. */
    Connection openAsAdmin(String database) throws SQLException;

    /** A connection that may only read; the caller closes it. */
    Connection openAsReader(String database) throws SQLException;

    /** Makes an empty database whose tables, once made, {@value #READER} may read. */
    void createDatabase(String name) throws SQLException;

    /** Drops a database and ends the sessions in it; one that does not exist is fine. */
    void dropDatabase(String name) throws SQLException;

    /** The process id of the running server. */
    long pid();

    /** Stops the server in order; {@link #restart()} brings it back on the same port. */
    void stop();

    /** Ends the server as a crash would; {@link #restart()} brings it back on the same port. */
    void kill();

    void restart();

    @Override
    void close();
}
