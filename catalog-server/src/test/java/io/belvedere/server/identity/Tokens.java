package io.belvedere.server.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.oidc.runtime.OidcTenantConfig.SignatureAlgorithm;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tokens as a provider would make them, unsigned: what is tested with them comes before and after the signature. */
final class Tokens {
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final String HEADER = "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1'}";
    static final String CLAIMS =
            "'iss': 'https://id.example/realms/a', 'aud': 'belvedere', 'sub': 'u-1', 'typ': 'Bearer', 'azp': 'tool',"
                    + " 'sid': 's-1', 'iat': " + NOW.getEpochSecond() + ", 'exp': "
                    + NOW.plusSeconds(300).getEpochSecond();
    static final ProviderSettings SETTINGS = new ProviderSettings(
            URI.create("https://id.example/realms/a"),
            "belvedere",
            Path.of("secret"),
            "belvedere",
            SignatureAlgorithm.RS256,
            Duration.ofMinutes(5),
            Duration.ZERO,
            Set.of(),
            ProviderSettings.Passwords.REFUSED,
            new ClaimNames(
                    "preferred_username",
                    "realm_access/roles",
                    Optional.of("groups"),
                    Map.of("region", "region"),
                    Set.of("assistant")));

    private Tokens() {}

    static String good() {
        return token(HEADER, "{" + CLAIMS + "}");
    }

    /** The good claims with one more, which may be one that is there in the place of which it stands. */
    static String with(String name, String value) {
        String without =
                CLAIMS.replaceAll("'" + name + "': ('[^']*'|\\d+)(, )?", "").replaceAll(", $", "");
        return token(HEADER, "{" + without + ", '" + name + "': " + value + "}");
    }

    static String without(String name) {
        return token(
                HEADER,
                "{"
                        + CLAIMS.replaceAll("'" + name + "': ('[^']*'|\\d+)(, )?", "")
                                .replaceAll(", $", "") + "}");
    }

    static String token(String header, String claims) {
        return part(header) + "." + part(claims) + ".c2lnbmF0dXJl";
    }

    static JsonNode json(String text) {
        return CompactToken.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
    }

    private static String part(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
