package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The one tenant of quarkus-oidc: tokens for the API. It is made here and not by {@code quarkus.oidc.*}, so that nothing that it must
 * check can be configured away. A console will be another tenant, on other paths.
 */
@Singleton
final class OidcTenant {
    /** An unknown key id makes the keys be asked for, this often at most: rotations are seen soon, made-up ids cost little. */
    private static final Duration KEYS_ASKED_EVERY = Duration.ofSeconds(5);

    private static final int SECRET_BYTES_MAX = 4_096;

    private final Optional<ProviderSettings> settings;

    OidcTenant(Optional<ProviderSettings> settings) {
        this.settings = settings;
    }

    void create(@Observes Oidc oidc) {
        settings.map(OidcTenant::tenant).ifPresent(oidc::create);
    }

    static OidcTenantConfig tenant(ProviderSettings settings) {
        return OidcTenantConfig.authServerUrl(settings.issuer().toString())
                .applicationType(ApplicationType.SERVICE)
                .clientId(settings.clientId())
                .credentials(secret(settings.secretFile()))
                .connectionTimeout(ProviderWord.STEP_MAX)
                .followRedirects(false)
                .allowTokenIntrospectionCache(false)
                .allowUserInfoCache(false)
                .token()
                .issuer(settings.issuer().toString())
                // A logout token is meant for the client; an access token, as AccessTokens sees to, for the audience.
                .audience(List.of(settings.audience(), settings.clientId()))
                .signatureAlgorithm(settings.algorithm())
                .lifespanGrace((int) settings.clockSkew().toSeconds())
                .issuedAtRequired()
                .forcedJwkRefreshInterval(KEYS_ASKED_EVERY)
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .end()
                .build();
    }

    /** The first line of the file; throws {@code CONFIGURATION_INVALID} without quoting it. */
    static String secret(Path file) {
        try {
            if (Files.size(file) <= SECRET_BYTES_MAX) {
                String secret =
                        Files.readString(file).lines().findFirst().orElse("").strip();
                if (!secret.isEmpty()) {
                    return secret;
                }
            }
        } catch (IOException failure) {
            throw CONFIGURATION_INVALID.error(
                    "The file of belvedere.identity.oidc.client-secret-file cannot be read; check that it is there.",
                    failure);
        }
        throw CONFIGURATION_INVALID.error(
                "The file of belvedere.identity.oidc.client-secret-file holds no secret in its first line.");
    }
}
