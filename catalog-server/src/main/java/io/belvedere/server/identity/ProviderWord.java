package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.IDENTITY_UNAVAILABLE;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.access.Caller;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.OidcProviderClient;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The provider's word for a token: quarkus-oidc proves its signature, issuer, audience and time, then the provider itself is asked
 * whether it is active and what its bearer may be now (RFC 7662). Safe for use by many threads; blocks.
 */
final class ProviderWord implements Vouching {
    private static final Logger LOG = Logger.getLogger(ProviderWord.class);
    /** How long one step may take. */
    static final Duration STEP_MAX = Duration.ofSeconds(3);

    private final TenantIdentityProvider tenant;
    private final AccessTokens tokens;
    private final ClaimedCallers callers;
    private final ProviderSettings settings;

    ProviderWord(TenantIdentityProvider tenant, ProviderSettings settings) {
        this.tenant = tenant;
        this.settings = settings;
        this.tokens = new AccessTokens(settings);
        this.callers = new ClaimedCallers(settings.issuer().toString(), settings.claims());
    }

    @Override
    public Optional<Vouched> vouch(String token) {
        return tokens.read(token).flatMap(facts -> prove(token).flatMap(proven -> introspect(token, facts, proven)));
    }

    private Optional<SecurityIdentity> prove(String token) {
        try {
            return Optional.of(await(tenant.authenticate(new AccessTokenCredential(token))));
        } catch (AuthenticationFailedException refused) {
            if (isOutage(refused)) {
                throw unavailable(refused);
            }
            LOG.debugf("A token was refused: %s.", reason(refused));
            return Optional.empty();
        } catch (RuntimeException failure) {
            throw unavailable(failure);
        }
    }

    private Optional<Vouched> introspect(String token, AccessTokens.Facts facts, SecurityIdentity proven) {
        OidcProviderClient client = proven.getAttribute(OidcProviderClient.class.getName());
        long asked = System.nanoTime();
        String said;
        try {
            said = await(client.introspectAccessToken(token)).getIntrospectionString();
        } catch (RuntimeException failure) {
            throw unavailable(failure);
        }
        JsonNode now = CompactToken.object(said.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> unavailable(new IOException("the introspection is no JSON object")));
        if (!now.path("active").isBoolean() || !now.path("active").booleanValue()) {
            LOG.debug("A token is not active any more.");
            return Optional.empty();
        }
        boolean same = now.path("sub").asText().equals(facts.subject())
                && (!now.has("iss")
                        || now.path("iss").asText().equals(settings.issuer().toString()));
        Optional<Caller> caller = same ? callers.of(facts, now) : Optional.empty();
        if (caller.isEmpty()) {
            LOG.debug("What the provider says of a token's bearer is not as it should be.");
        }
        return caller.map(found -> new Vouched(facts, found, asked));
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(STEP_MAX);
    }

    private static RuntimeException unavailable(Throwable cause) {
        return IDENTITY_UNAVAILABLE.error(
                "The identity provider does not say whether you may be let in; try again later.", cause);
    }

    /** Whether nobody answered, as against a token that is wrong. */
    private static boolean isOutage(Throwable refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof TimeoutException || cause instanceof OIDCException) {
                return true;
            }
        }
        return false;
    }

    /** The kinds of the causes, without their messages, which may quote the token. */
    private static String reason(Throwable refused) {
        StringBuilder kinds = new StringBuilder();
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            kinds.append(kinds.isEmpty() ? "" : " < ").append(cause.getClass().getSimpleName());
        }
        return kinds.toString();
    }
}
