package house.belvedere.federation;

import house.belvedere.server.ServerWithSql;
import jakarta.ws.rs.core.MediaType;

/** Breaks: federation depends on policy, cache and the model; the web stays in the server. */
public final class FederationThatServes {
    ServerWithSql server() {
        return new ServerWithSql();
    }

    MediaType type() {
        return MediaType.WILDCARD_TYPE;
    }
}
