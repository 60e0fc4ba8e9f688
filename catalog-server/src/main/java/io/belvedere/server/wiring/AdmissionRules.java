package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The framework's settings about who is let in come with the server. An operator has {@code belvedere.identity.*}, where no check can be switched off;
 * a setting of the framework's own, wherever it is written, stops the start, also where it would change nothing: whoever wrote it believes that it does.
 */
final class AdmissionRules {
    /** As {@link #plain} writes them: what is proven of tokens, which paths are open, and whom the server believes to be the provider. */
    private static final Pattern CLOSED =
            Pattern.compile("quarkus\\.(oidc[a-z.]*|http\\.auth|http\\.proxy|security|keycloak)\\..*"
                    + "|quarkus\\.tls\\.(.*\\.)?(trust\\.all|hostname\\.verification\\.algorithm)");

    /** What comes in the server's jar, and everything that weighs less. */
    private static final int OWN_ORDINAL_MAX = 250;

    private AdmissionRules() {}

    /** Throws {@code CONFIGURATION_INVALID} for the first such setting that somebody made outside of the server. */
    static void require(Config config) {
        for (ConfigSource source : config.getConfigSources()) {
            // What was fixed when the server was built weighs most.
            if (source.getOrdinal() > OWN_ORDINAL_MAX && source.getOrdinal() < Integer.MAX_VALUE) {
                for (String name : source.getPropertyNames()) {
                    require(name);
                }
            }
        }
    }

    private static void require(String name) {
        if (CLOSED.matcher(plain(name)).matches()) {
            throw CONFIGURATION_INVALID.error("The server does not start: " + name
                    + " is not for operators; who is let in is said by belvedere.identity.* alone, so remove it.");
        }
    }

    /** The name as it is in a file, as an environment variable and for one profile, all alike. */
    private static String plain(String name) {
        String dotted = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ".");
        int profile = dotted.startsWith(".") ? dotted.indexOf("quarkus.") : 0;
        return profile > 0 ? dotted.substring(profile) : dotted;
    }
}
