package io.belvedere.server.identity;

import io.belvedere.model.access.Caller;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** {@code Authorization: Bearer <token>} and nothing else: no cookie, no query parameter, so that no other site can use a caller's browser. */
@ApplicationScoped
public final class BearerAuthentication implements HttpAuthenticationMechanism {
    private static final String SCHEME = "Bearer ";
    private static final String CALLER = "belvedere.caller";

    private final Callers callers;
    private final Rejections rejections;
    private final Executor recorders = Executors.newVirtualThreadPerTaskExecutor();

    BearerAuthentication(Callers callers, Rejections rejections) {
        this.callers = callers;
        this.rejections = rejections;
    }

    /** The caller of a request that was let in. */
    public static Caller callerOf(SecurityIdentity identity) {
        Caller caller = identity.getAttribute(CALLER);
        if (caller == null) {
            throw new IllegalStateException("a request without a caller got past authentication");
        }
        return caller;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        List<String> headers = context.request().headers().getAll("Authorization");
        if (headers.isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        return find(headers)
                .map(caller -> Uni.createFrom().item(identity(caller)))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    private Optional<Caller> find(List<String> headers) {
        String header = headers.getFirst();
        if (headers.size() > 1 || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return callers.find(header.substring(SCHEME.length()).strip());
    }

    private static SecurityIdentity identity(Caller caller) {
        Principal principal = caller::subject;
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(principal)
                .addAttribute(CALLER, caller)
                .build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
    }

    /** Records the rejection, off the event loop, and answers with a problem. */
    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(() -> rejections.record(context.request().remoteAddress()))
                .runSubscriptionOn(recorders)
                .map(body -> {
                    context.response()
                            .setStatusCode(401)
                            .putHeader("WWW-Authenticate", "Bearer")
                            .putHeader("Content-Type", "application/problem+json")
                            .putHeader("Connection", "close")
                            .end(body);
                    return true;
                });
    }
}
