package io.belvedere.server.http;

import static io.belvedere.federation.FederationError.OVERLOADED;
import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.server.identity.Sessions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where the identity provider says that a session has ended (OpenID Connect Back-Channel Logout 1.0). The token is all it goes by. */
@Path("/api/v1/identity/logout")
@Singleton
@RunOnVirtualThread
public class LogoutDoor {
    /** So many at once are looked at; anybody may send one. */
    private static final int AT_ONCE = 8;

    private final Sessions sessions;
    private final Semaphore places = new Semaphore(AT_ONCE);

    LogoutDoor(Sessions sessions) {
        this.sessions = sessions;
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response logout(@FormParam("logout_token") @Nullable String logoutToken) {
        if (!places.tryAcquire()) {
            throw OVERLOADED.error("Too many sessions end at once; say it again.");
        }
        try {
            if (logoutToken == null || !sessions.logOut(logoutToken)) {
                throw REQUEST_INVALID.error("The logout token is not valid.");
            }
            return Response.ok().build();
        } finally {
            places.release();
        }
    }
}
