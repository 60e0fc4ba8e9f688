package io.belvedere.policy;

import java.net.URI;
import java.util.Set;

/** What the address of a server must be on whose word it depends what everybody sees: https, or http on this machine. */
final class ServerAddress {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private ServerAddress() {}

    /** Throws {@link IllegalArgumentException}, saying why, for an address that may not be used. */
    static void require(URI server, String what) {
        String scheme = String.valueOf(server.getScheme());
        String host = String.valueOf(server.getHost());
        if (server.getHost() == null
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    what + " address is a scheme, a host, a port and a path, and nothing else");
        }
        if (!scheme.equals("https") && !(scheme.equals("http") && LOOPBACK.contains(host))) {
            throw new IllegalArgumentException(what + " address is asked by https; by http only on this machine");
        }
    }
}
