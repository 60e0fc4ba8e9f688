package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.CANCELLED;
import static io.belvedere.federation.FederationError.TIMED_OUT;
import static io.belvedere.server.ServerError.ACCESS_ENDED;
import static io.belvedere.server.ServerError.CLIENT_GONE;
import static io.belvedere.server.ServerError.IDENTITY_UNAVAILABLE;
import static io.belvedere.server.ServerError.SERVER_STOPPING;
import static io.belvedere.server.ServerError.SLOW_READER;

import io.belvedere.model.error.BelvedereException;

/** Why a running query is stopped from outside. */
public enum Interruption {
    /** Somebody asked for it. */
    CANCEL,
    /** Its deadline passed while it was blocked. */
    DEADLINE,
    /** The client closed its connection. */
    CLIENT,
    /** The client does not read. */
    STALL,
    /** What the caller was let in by ended: logged out, disabled, no longer what they were, or past its time. */
    REVOKED,
    /** Nobody could say for too long whether it still holds. */
    UNVOUCHED,
    /** The server stops. */
    DRAIN;

    BelvedereException error() {
        return switch (this) {
            case CANCEL -> CANCELLED.error("The query was cancelled.");
            case DEADLINE -> TIMED_OUT.error("The query took longer than its deadline; ask for less or for more time.");
            case CLIENT -> CLIENT_GONE.error("The client closed the connection before the result was complete.");
            case STALL -> SLOW_READER.error("The client did not read for too long; the query was cancelled.");
            case REVOKED -> ACCESS_ENDED.error("What you were let in by has ended; log in again.");
            case UNVOUCHED ->
                IDENTITY_UNAVAILABLE.error(
                        "The identity provider does not say whether you may still be let in; try again later.");
            case DRAIN -> SERVER_STOPPING.error("The server is stopping; ask another server or try again later.");
        };
    }
}
