package io.belvedere.federation.source;

import io.belvedere.model.source.ServerVersion;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version that a server gave when the connection was made; nobody asks it again. */
final class Versions {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?");

    private Versions() {}

    static ServerVersion of(DatabaseMetaData server) throws SQLException {
        return of(
                server.getDatabaseMajorVersion(), server.getDatabaseMinorVersion(), server.getDatabaseProductVersion());
    }

    /**
     * The third number stands in the product's own text only.
     *
     * @param text may begin with another version, which a server says for the sake of old clients
     */
    static ServerVersion of(int major, int minor, String text) {
        Matcher numbers = NUMBERS.matcher(text);
        while (numbers.find()) {
            boolean same = Integer.parseInt(numbers.group(1)) == major && Integer.parseInt(numbers.group(2)) == minor;
            if (same && numbers.group(3) != null) {
                return new ServerVersion(major, minor, Integer.parseInt(numbers.group(3)));
            }
        }
        return new ServerVersion(major, minor, 0);
    }
}
