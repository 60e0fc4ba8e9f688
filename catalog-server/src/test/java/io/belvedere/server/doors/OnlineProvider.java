package io.belvedere.server.doors;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Map;

/** The sample for callers of a provider, as in production: nothing of a laptop's is left. */
public final class OnlineProvider implements QuarkusTestResourceLifecycleManager {
    private static final String SECRET = "what-only-the-server-and-the-provider-know";

    private static volatile Provider provider;

    private final Laptop laptop = new Laptop();

    static Provider provider() {
        return provider;
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = laptop.start();
        try {
            provider = Provider.open(SECRET);
            Path secret = Files.writeString(Laptop.folder().resolve("secret"), SECRET + "\n");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
            settings.remove("belvedere.identity.dev-file");
            settings.put("quarkus.http.host", "127.0.0.1");
            settings.put("belvedere.flight.port", "0");
            settings.put("belvedere.identity.oidc.issuer", provider.issuer().toString());
            settings.put("belvedere.identity.oidc.client-id", Provider.CLIENT);
            settings.put("belvedere.identity.oidc.client-secret-file", secret.toString());
            settings.put("belvedere.identity.oidc.attributes.region", "region");
            return settings;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has RSA", impossible);
        }
    }

    @Override
    public void stop() {
        provider.close();
        laptop.stop();
    }
}
