package io.belvedere.server.wiring;

import io.belvedere.server.identity.CallerAuthentication;
import io.belvedere.server.identity.Callers;
import io.belvedere.server.identity.DevAuthentication;
import io.belvedere.server.identity.DevIdentities;
import io.belvedere.server.identity.OidcAuthentication;
import io.belvedere.server.identity.PasswordGrant;
import io.belvedere.server.identity.ProviderSettings;
import io.belvedere.server.identity.Sessions;
import io.belvedere.server.pipeline.Caches;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.oidc.runtime.TenantConfigBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** The object graph of who callers are. */
@Singleton
final class IdentityWiring {
    private static final int SALT_BYTES = 32;

    @Produces
    @Singleton
    Optional<ProviderSettings> provider(Settings settings) {
        return settings.identity()
                .oidc()
                .issuer()
                .map(_ -> StartRules.provider(settings.identity().oidc()));
    }

    @Produces
    @Singleton
    Sessions sessions(Optional<ProviderSettings> provider, TenantConfigBean tenants, Clock clock) {
        return new Sessions(provider, tenants, clock);
    }

    @Produces
    @Singleton
    CallerAuthentication authentication(
            Settings settings,
            Optional<ProviderSettings> provider,
            TenantIdentityProvider tenant,
            TenantConfigBean tenants,
            Sessions sessions,
            Caches caches,
            Clock clock) {
        if (provider.isEmpty()) {
            return new DevAuthentication(settings.identity()
                    .devFile()
                    .<Callers>map(DevIdentities::load)
                    .orElseGet(Callers::nobody));
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        OidcAuthentication authentication = new OidcAuthentication(
                tenant, provider.get(), new PasswordGrant(provider, tenants, salt), sessions, clock);
        authentication.caches().forEach(caches::add);
        return authentication;
    }
}
