package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_ACCEPTABLE;
import static io.belvedere.server.ServerError.REQUEST_INVALID;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** What doors ask of bodies and of what is accepted in return. */
final class Bodies {
    private Bodies() {}

    static QueryBody require(@Nullable QueryBody body) {
        if (body == null) {
            throw REQUEST_INVALID.error("The request has no body; it is {\"sql\": \"SELECT …\"}.");
        }
        return body;
    }

    /** Whether plain text stands before JSON in what is accepted; {@code NOT_ACCEPTABLE} for neither. */
    static boolean prefersText(HttpHeaders headers) {
        for (MediaType each : headers.getAcceptableMediaTypes()) {
            if (each.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
                return false;
            }
            if (each.isCompatible(MediaType.TEXT_PLAIN_TYPE)) {
                return true;
            }
        }
        throw NOT_ACCEPTABLE.error("A plan is offered as application/json and text/plain.");
    }
}
