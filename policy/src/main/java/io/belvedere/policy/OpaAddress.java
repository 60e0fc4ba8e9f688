package io.belvedere.policy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an OPA server listens, and how we say who we are.
 *
 * @param server scheme, host, port and at most a path below which {@code /v1} stands; plain {@code http} only on the loopback
 *     interface, because whoever can answer in the server's place decides what everybody sees
 * @param tokenFile file with the bearer token that the server asks for; read anew when it changes
 */
public record OpaAddress(URI server, Optional<Path> tokenFile) {
    private static final String DECISION = "/v1/data/belvedere/authz/decision?provenance=true";

    /** Throws {@link IllegalArgumentException}, saying why, for an address that may not be used. */
    public OpaAddress {
        ServerAddress.require(server, "an OPA server's");
    }

    /** Where decisions are asked for. */
    URI decision() {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + DECISION);
    }
}
