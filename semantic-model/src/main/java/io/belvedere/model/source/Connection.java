package io.belvedere.model.source;

/**
 * Where a database stands, as structured fields: there is no free JDBC URL, so no driver property can be smuggled in.
 *
 * @param host a host name or address; letters, digits, dots, colons and hyphens only
 * @param database the database, or the schema where the product calls it so
 * @param password where the password is found; resolved when a connection is opened
 */
public record Connection(String host, int port, String database, String user, SecretReference password, TlsMode tls) {
    public Connection {
        if (!host.matches("[A-Za-z0-9.:-]{1,253}")) {
            throw new IllegalArgumentException("a host is letters, digits, dots, colons and hyphens");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535");
        }
        if (!database.matches("[A-Za-z0-9_-]{1,128}")) {
            throw new IllegalArgumentException("a database is letters, digits, _ and -");
        }
        if (!user.matches("[A-Za-z0-9_.@-]{1,128}")) {
            throw new IllegalArgumentException("a user is letters, digits, _, ., @ and -");
        }
    }

    /** How the connection is protected. */
    public enum TlsMode {
        /** Encrypted, the certificate and the host name checked. The default. */
        VERIFY_FULL,
        /** In the clear; for a database on the same machine only. */
        DISABLED
    }
}
