package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.belvedere.model.error.BelvedereException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/**
 * What the framework's own settings may say about the doors: nothing about who is let in ({@link AdmissionRules}), nothing that opens them to other sites by a wildcard or
 * cuts queries off.
 */
final class DoorRules {
    private static final String CORS = "quarkus.http.cors.";
    private static final String IDLE = "quarkus.http.idle-timeout";
    private static final Duration EXPORT_TIME_MAX = Duration.ofMinutes(60);
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

    private DoorRules() {}

    /** Throws {@code CONFIGURATION_INVALID} for the first rule that is broken. */
    static void require(Settings settings, Config config) {
        AdmissionRules.require(config);
        requireSites(config);
        requirePatience(settings, config);
    }

    /** The framework takes no list at all for a list of everybody, and reads patterns; a site here is named in full. */
    private static void requireSites(Config config) {
        if (!config.getOptionalValue(CORS + "enabled", Boolean.class).orElse(false)) {
            return;
        }
        List<String> sites =
                config.getOptionalValues(CORS + "origins", String.class).orElse(List.of());
        if (sites.isEmpty()) {
            throw refused(CORS + "enabled lets every site in without " + CORS
                    + "origins; name the sites, for example https://console.example.org.");
        }
        sites.forEach(DoorRules::requireSite);
        if (config.getOptionalValue(CORS + "access-control-allow-credentials", Boolean.class)
                .orElse(false)) {
            throw refused(CORS
                    + "access-control-allow-credentials would let a site act with what a browser keeps; callers send"
                    + " their token themselves, so remove it.");
        }
    }

    private static void requireSite(String site) {
        if (!isSite(site.strip())) {
            throw refused(CORS + "origins names '" + site
                    + "', which is not one site; write https://host or https://host:port, no pattern and no *.");
        }
    }

    private static boolean isSite(String site) {
        try {
            URI uri = new URI(site);
            boolean plain = uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && Stream.of(uri.getRawQuery(), uri.getRawFragment(), uri.getRawUserInfo())
                            .allMatch(part -> part == null);
            return plain
                    && ("https".equals(uri.getScheme())
                            || ("http".equals(uri.getScheme()) && HERE.contains(uri.getHost())));
        } catch (URISyntaxException notOne) {
            return false;
        }
    }

    /** Nothing moves on a connection while its query waits for the first row. */
    private static void requirePatience(Settings settings, Config config) {
        if (settings.exports().timeoutMax().compareTo(EXPORT_TIME_MAX) > 0) {
            throw refused("belvedere.exports.timeout-max is at most " + EXPORT_TIME_MAX + ".");
        }
        Optional<Duration> idle = config.getOptionalValue(IDLE, Duration.class);
        Duration longest = Stream.of(
                        settings.limits().timeoutMax(), settings.exports().timeoutMax())
                .max(Duration::compareTo)
                .orElseThrow();
        if (idle.filter(time -> !time.isZero() && time.compareTo(longest) <= 0).isPresent()) {
            throw refused(IDLE + " is " + idle.get() + " and would cut queries off, which may take " + longest
                    + "; make it longer than belvedere.limits.timeout-max and belvedere.exports.timeout-max.");
        }
    }

    private static BelvedereException refused(String why) {
        return CONFIGURATION_INVALID.error("The server does not start: " + why);
    }
}
