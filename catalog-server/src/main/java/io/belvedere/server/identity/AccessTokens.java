package io.belvedere.server.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What an access token must be like, beside what quarkus-oidc checks (signature, issuer, audience, time): meant for an API and not for a
 * login, signed by the one algorithm, short-lived, from a client that may ask. It can only refuse.
 */
final class AccessTokens {
    /** Claims that only tokens of a login have. */
    private static final Set<String> OF_A_LOGIN = Set.of("nonce", "at_hash", "c_hash", "s_hash");

    /** Headers that say where a key is, or more than we understand; keys come from the provider alone. */
    private static final Set<String> FOREIGN_KEYS = Set.of("jku", "jwk", "x5u", "x5c", "crit", "zip", "b64");

    private static final int KEY_ID_LENGTH_MAX = 200;

    private final ProviderSettings settings;

    AccessTokens(ProviderSettings settings) {
        this.settings = settings;
    }

    /** What the token says of itself; empty for one that is no access token for this server. */
    Optional<Facts> read(String token) {
        return CompactToken.read(token)
                .filter(read -> mayBeSigned(read.header()))
                .filter(read -> isForAnApi(read.header(), read.claims()))
                .flatMap(read -> facts(read.claims()))
                .filter(facts -> facts.life().compareTo(settings.tokenLifeMax()) <= 0);
    }

    private boolean mayBeSigned(JsonNode header) {
        JsonNode key = header.path("kid");
        return header.path("alg").asText().equals(settings.algorithm().getAlgorithm())
                && FOREIGN_KEYS.stream().noneMatch(header::has)
                && key.isTextual()
                && key.textValue().length() <= KEY_ID_LENGTH_MAX;
    }

    /** Marked as an access token, by its header as RFC 9068 says or by the claim that Keycloak uses, and by nothing as another one. */
    private static boolean isForAnApi(JsonNode header, JsonNode claims) {
        String type = header.path("typ").asText();
        boolean marked = type.equalsIgnoreCase("at+jwt") || type.equalsIgnoreCase("application/at+jwt");
        boolean bearer = claims.path("typ").asText().equals("Bearer");
        boolean other = claims.has("typ") && !bearer;
        // A token that is bound to a key (RFC 9449, 8705) is worth nothing without it, and nobody here looks at the
        // key.
        return (marked || bearer)
                && !other
                && !claims.has("cnf")
                && !claims.has("events")
                && OF_A_LOGIN.stream().noneMatch(claims::has);
    }

    private Optional<Facts> facts(JsonNode claims) {
        JsonNode client = claims.has("azp") ? claims.path("azp") : claims.path("client_id");
        JsonNode session = claims.path("sid");
        boolean whole = claims.path("sub").isTextual()
                && !claims.path("sub").textValue().isBlank()
                && claims.path("exp").isIntegralNumber()
                && claims.path("iat").isIntegralNumber()
                && client.isTextual()
                && (session.isMissingNode() || session.isTextual())
                && Audience.holds(claims, settings.audience())
                && isOurs(client.textValue());
        if (!whole) {
            return Optional.empty();
        }
        return Optional.of(new Facts(
                claims,
                claims.path("sub").textValue(),
                client.textValue(),
                session.isTextual() ? Optional.of(session.textValue()) : Optional.empty(),
                Instant.ofEpochSecond(claims.path("iat").longValue()),
                Instant.ofEpochSecond(claims.path("exp").longValue())));
    }

    private boolean isOurs(String client) {
        return settings.clients().isEmpty() || settings.clients().contains(client);
    }

    /** What a token says of itself. */
    record Facts(
            JsonNode claims,
            String subject,
            String client,
            Optional<String> session,
            Instant issuedAt,
            Instant expiresAt) {
        Duration life() {
            return Duration.between(issuedAt, expiresAt);
        }
    }
}
