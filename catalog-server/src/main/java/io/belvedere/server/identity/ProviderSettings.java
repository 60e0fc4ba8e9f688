package io.belvedere.server.identity;

import io.quarkus.oidc.runtime.OidcTenantConfig.SignatureAlgorithm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The OpenID Connect provider that vouches for callers, and what its tokens must be like.
 *
 * @param issuer what tokens name as their issuer, to the letter; its discovery document stands below it
 * @param clientId what this server is called at the provider
 * @param secretFile file whose first line is this server's secret at the provider
 * @param audience whom tokens must be meant for
 * @param algorithm the one algorithm that tokens are signed with
 * @param tokenLifeMax how long a token may hold at most
 * @param clockSkew how far the clocks of provider and server may be apart
 * @param clients the clients whose tokens are taken; empty for every client that gets tokens for this audience
 * @param passwords whether a name and a password may be exchanged for a token
 */
public record ProviderSettings(
        URI issuer,
        String clientId,
        Path secretFile,
        String audience,
        SignatureAlgorithm algorithm,
        Duration tokenLifeMax,
        Duration clockSkew,
        Set<String> clients,
        Passwords passwords,
        ClaimNames claims) {
    static final Duration TOKEN_LIFE_HARD_MAX = Duration.ofMinutes(15);
    static final Duration CLOCK_SKEW_HARD_MAX = Duration.ofSeconds(60);
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "[::1]", "localhost");

    /** Whether a name and a password may be exchanged for a token. */
    public enum Passwords {
        REFUSED,
        EXCHANGED
    }

    /** Throws {@link IllegalArgumentException}, saying why, for settings that are not safe. */
    public ProviderSettings {
        String scheme = String.valueOf(issuer.getScheme());
        if (issuer.getHost() == null
                || issuer.getRawUserInfo() != null
                || issuer.getRawQuery() != null
                || issuer.getRawFragment() != null) {
            throw new IllegalArgumentException("an issuer is a scheme, a host, a port and a path, and nothing else");
        }
        if (!scheme.equals("https") && !(scheme.equals("http") && LOOPBACK.contains(issuer.getHost()))) {
            throw new IllegalArgumentException("an issuer is asked by https; by http only on this machine");
        }
        if (clientId.isBlank() || audience.isBlank()) {
            throw new IllegalArgumentException("this server has a client-id there, and tokens are meant for somebody");
        }
        if (tokenLifeMax.compareTo(TOKEN_LIFE_HARD_MAX) > 0 || !tokenLifeMax.isPositive()) {
            throw new IllegalArgumentException("the token-life-max is more than zero and at most PT15M");
        }
        if (clockSkew.compareTo(CLOCK_SKEW_HARD_MAX) > 0 || clockSkew.isNegative()) {
            throw new IllegalArgumentException("the clock-skew is at most PT60S");
        }
        clients = Set.copyOf(clients);
    }

    /** The algorithm of that name; only such with a public key, because a shared secret could sign too. */
    public static SignatureAlgorithm algorithm(String name) {
        return Arrays.stream(SignatureAlgorithm.values())
                .filter(each -> each.getAlgorithm().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("the algorithm is RS, PS or ES with 256, 384 or 512, or EdDSA"));
    }
}
