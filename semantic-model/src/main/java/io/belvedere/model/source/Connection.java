package io.belvedere.model.source;

import java.util.regex.Pattern;

/**
 * Where a database stands, as structured fields: there is no free JDBC URL, so no driver property can be smuggled in.
 *
 * @param host a host name or a literal address; see {@link Hosts} for what is refused
 * @param database the database, the schema where the product calls it so, or Oracle's service
 * @param password where the password is found; resolved when a connection is opened
 */
public record Connection(String host, int port, String database, String user, SecretReference password, TlsMode tls)
        implements Location {
    private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}");

    public Connection {
        requireHost(host);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535");
        }
        requireDatabase(database);
        requireUser(user);
    }

    /** Throws {@link IllegalArgumentException} for a host that a connection must not have. */
    public static void requireHost(String host) {
        Hosts.require(host);
    }

    /** Throws {@link IllegalArgumentException} for a database that a connection must not have. */
    public static void requireDatabase(String database) {
        if (!DATABASE.matcher(database).matches()) {
            throw new IllegalArgumentException("a database is letters, digits, _, . and -, at most 128");
        }
    }

    /** Throws {@link IllegalArgumentException} for a user that a connection must not have. */
    public static void requireUser(String user) {
        if (!USER.matcher(user).matches()) {
            throw new IllegalArgumentException("a user is letters, digits, _, ., @ and -, at most 128");
        }
    }

    /** Whether the host is this machine by its literal form; a name other than {@code localhost} is not looked up. */
    public boolean isLocal() {
        return Hosts.isLocal(host);
    }

    /** How the connection is protected. */
    public enum TlsMode {
        /** Encrypted, the certificate and the host name checked. The default. */
        VERIFY_FULL,
        /** In the clear; for a database on the same machine only. */
        DISABLED
    }
}
