package io.belvedere.server.wiring;

import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.Config;

/** Whether anybody but this machine can ask without TLS, going by Quarkus' own settings. */
enum PlainHttp {
    SERVED,
    ON_THIS_MACHINE,
    REFUSED;

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "[::1]", "localhost");
    private static final Set<String> NOT_SERVED = Set.of("redirect", "disabled");
    private static final List<String> CERTIFICATES =
            List.of("quarkus.http.ssl.certificate.", "quarkus.http.tls-configuration-name", "quarkus.tls.key-store.");

    static PlainHttp of(Config config) {
        if (LOOPBACK.contains(text(config, "quarkus.http.host"))) {
            return ON_THIS_MACHINE;
        }
        boolean certificate = false;
        for (String name : config.getPropertyNames()) {
            certificate |= CERTIFICATES.stream().anyMatch(name::startsWith);
        }
        return certificate && NOT_SERVED.contains(text(config, "quarkus.http.insecure-requests")) ? REFUSED : SERVED;
    }

    private static String text(Config config, String key) {
        return config.getOptionalValue(key, String.class).orElse("");
    }
}
