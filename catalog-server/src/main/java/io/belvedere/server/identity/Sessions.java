package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.IDENTITY_UNAVAILABLE;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.oidc.runtime.OidcProvider;
import io.quarkus.oidc.runtime.TenantConfigBean;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Ends sessions when the provider says so: OpenID Connect Back-Channel Logout 1.0. Signature, issuer and time of a logout token are
 * proven by quarkus-oidc, the rest of section 2.6 here. Safe for use by many threads; blocks.
 */
public final class Sessions {
    private static final Logger LOG = Logger.getLogger(Sessions.class);
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Set<String> TYPES = Set.of("", "jwt", "logout+jwt", "application/logout+jwt");
    private static final Duration AGE_MAX = Duration.ofMinutes(5);
    private static final int IDS_MAX = 100_000;
    private static final int ID_LENGTH_MAX = 200;

    private final Optional<ProviderSettings> settings;
    private final Supplier<OidcProvider> proofs;
    private final Clock clock;
    private final LoggedOut loggedOut = new LoggedOut();
    // Ids of logout tokens that were taken; a token is past its time before its id is forgotten.
    private final Cache<String, Boolean> taken = Caffeine.newBuilder()
            .maximumSize(IDS_MAX)
            .expireAfterWrite(AGE_MAX.multipliedBy(3))
            .build();

    public Sessions(Optional<ProviderSettings> settings, TenantConfigBean tenants, Clock clock) {
        this(settings, () -> provider(tenants), clock);
    }

    /** @param proofs knows the provider's keys */
    Sessions(Optional<ProviderSettings> settings, Supplier<OidcProvider> proofs, Clock clock) {
        this.settings = settings;
        this.proofs = proofs;
        this.clock = clock;
    }

    LoggedOut loggedOut() {
        return loggedOut;
    }

    /** Ends what the logout token names. Whether it was one; a token that is wrong in any way ends nothing. */
    public boolean logOut(String logoutToken) {
        Optional<JsonNode> claims = settings.flatMap(provider -> CompactToken.read(logoutToken)
                .filter(token -> isLogout(token, provider))
                .filter(_ -> isProven(logoutToken))
                .map(CompactToken::claims)
                .filter(proven -> taken.asMap().putIfAbsent(proven.path("jti").asText(), true) == null));
        claims.ifPresent(proven -> {
            loggedOut.add(
                    text(proven, "sid"),
                    text(proven, "sub"),
                    Instant.ofEpochSecond(proven.path("iat").longValue()));
            LOG.debug("The provider ended a session.");
        });
        return claims.isPresent();
    }

    private boolean isLogout(CompactToken token, ProviderSettings provider) {
        JsonNode claims = token.claims();
        Instant now = clock.instant();
        Instant issued = Instant.ofEpochSecond(claims.path("iat").asLong());
        return TYPES.contains(token.header().path("typ").asText().toLowerCase(java.util.Locale.ROOT))
                && token.header()
                        .path("alg")
                        .asText()
                        .equals(provider.algorithm().getAlgorithm())
                && !token.header().has("crit")
                && claims.path("events").path(EVENT).isObject()
                && !claims.has("nonce")
                && isTextOrAbsent(claims, "sub")
                && isTextOrAbsent(claims, "sid")
                && (claims.has("sub") || claims.has("sid"))
                && text(claims, "jti").isPresent()
                && Audience.holds(claims, provider.clientId())
                && claims.path("iat").isIntegralNumber()
                && claims.path("exp").isIntegralNumber()
                && !issued.isAfter(now.plus(ProviderSettings.CLOCK_SKEW_HARD_MAX))
                && !issued.isBefore(now.minus(AGE_MAX));
    }

    private static boolean isTextOrAbsent(JsonNode claims, String name) {
        return !claims.has(name) || text(claims, name).isPresent();
    }

    private static Optional<String> text(JsonNode claims, String name) {
        JsonNode value = claims.path(name);
        return value.isTextual()
                        && !value.textValue().isBlank()
                        && value.textValue().length() <= ID_LENGTH_MAX
                ? Optional.of(value.textValue())
                : Optional.empty();
    }

    private boolean isProven(String logoutToken) {
        OidcProvider provider = proofs.get();
        try {
            return verified(provider, logoutToken);
        } catch (InvalidJwtException unknownKey) {
            // The provider may have new keys since; asking for them has its own limit.
            var _ = provider.refreshJwksAndVerifyJwtToken(logoutToken, true, false, "")
                    .onFailure()
                    .recoverWithNull()
                    .await()
                    .atMost(ProviderWord.STEP_MAX);
            try {
                return verified(provider, logoutToken);
            } catch (InvalidJwtException stillUnknown) {
                return false;
            }
        }
    }

    /** Throws only for a key that is not known. */
    private static boolean verified(OidcProvider provider, String logoutToken) throws InvalidJwtException {
        try {
            var _ = provider.verifyLogoutJwtToken(logoutToken);
            return true;
        } catch (InvalidJwtException wrong) {
            if (wrong.getCause() instanceof UnresolvableKeyException) {
                throw wrong;
            }
            return false;
        }
    }

    private static OidcProvider provider(TenantConfigBean tenants) {
        try {
            return tenants.getDefaultTenant()
                    .initialize()
                    .await()
                    .atMost(ProviderWord.STEP_MAX)
                    .provider();
        } catch (RuntimeException failure) {
            throw IDENTITY_UNAVAILABLE.error("The identity provider cannot be asked for its keys.", failure);
        }
    }
}
