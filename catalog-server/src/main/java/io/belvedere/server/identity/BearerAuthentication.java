package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;

import io.belvedere.model.error.BelvedereException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The {@code Authorization} header and nothing else: no cookie, no query parameter, so that no other site can use a caller's browser.
 * {@code application.properties} names it for every path, so that no other mechanism is asked.
 */
@ApplicationScoped
public final class BearerAuthentication implements HttpAuthenticationMechanism {
    /** What {@code quarkus.http.auth.permission.*.auth-mechanism} calls it. */
    static final String NAME = "belvedere";

    private static final String AUTHENTICATED = "belvedere.authenticated";
    private static final String UNAVAILABLE = "belvedere.identity.unavailable";
    /** Before quarkus-oidc's own mechanism, which is for browsers. */
    private static final int PRIORITY = 2_000;

    private static final int CREDENTIALS_MAX = 1;
    private static final String SCHEME = "Bearer ";

    private final CallerAuthentication authentication;
    private final Rejections rejections;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    BearerAuthentication(CallerAuthentication authentication, Rejections rejections) {
        this.authentication = authentication;
        this.rejections = rejections;
    }

    /** Who was let in with a request. */
    public static Authenticated authenticated(SecurityIdentity identity) {
        Authenticated authenticated = identity.getAttribute(AUTHENTICATED);
        if (authenticated == null) {
            throw new IllegalStateException("a request without a caller got past authentication");
        }
        return authenticated;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        List<String> headers = context.request().headers().getAll("Authorization");
        if (headers.isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        // A browser keeps a name and a password and sends them along for any site, so they are for the JDBC driver
        // alone.
        boolean bearer = headers.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        if (headers.size() > CREDENTIALS_MAX || !bearer) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        Context loop = Vertx.currentContext();
        return Uni.createFrom()
                .item(() -> find(context, headers.getFirst()))
                .runSubscriptionOn(threads)
                .emitOn(next -> loop.runOnContext(_ -> next.run()))
                .map(found -> identity(found.orElseThrow(AuthenticationFailedException::new)));
    }

    private Optional<Authenticated> find(RoutingContext context, String header) {
        try {
            return authentication.authenticate(header);
        } catch (BelvedereException unavailable) {
            context.put(UNAVAILABLE, unavailable);
            return Optional.empty();
        }
    }

    private static SecurityIdentity identity(Authenticated authenticated) {
        Principal principal = () -> authenticated.caller().subject();
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(principal)
                .addAttribute(AUTHENTICATED, authenticated)
                .build();
    }

    @Override
    public int getPriority() {
        return PRIORITY;
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom()
                .item(new HttpCredentialTransport(HttpCredentialTransport.Type.AUTHORIZATION, "bearer", NAME));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
    }

    /** Records the rejection, off the event loop, and answers with a problem. */
    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        BelvedereException unavailable = context.get(UNAVAILABLE);
        BelvedereException why = unavailable == null
                ? NOT_AUTHENTICATED.error("Send a valid token: Authorization: Bearer <token>.")
                : unavailable;
        return Uni.createFrom()
                .item(() -> rejections.record(context.request().remoteAddress(), why))
                .runSubscriptionOn(threads)
                .map(body -> {
                    HttpServerResponse response = context.response()
                            .setStatusCode(why.code().status())
                            .putHeader("Content-Type", "application/problem+json")
                            .putHeader("Connection", "close");
                    if (unavailable == null) {
                        response.putHeader("WWW-Authenticate", "Bearer");
                    } else {
                        response.putHeader("Retry-After", "5");
                    }
                    response.end(body);
                    return true;
                });
    }
}
