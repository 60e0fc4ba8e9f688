package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.OpaAddress;
import io.belvedere.server.wiring.Settings.IdentitySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What must be so before the server starts; each refusal says what to do. */
final class StartRules {
    /** The profiles for one's own machine. Every other profile, also a misspelt one, is held to the rules of production. */
    static final Set<String> LAPTOP_PROFILES = Set.of("laptop", "dev", "test");

    private StartRules() {}

    /** Throws {@code CONFIGURATION_INVALID} for the first rule that is broken. */
    static void require(Settings settings, List<String> profiles) {
        requireIdentity(settings.identity(), profiles);
        requireFolder("belvedere.catalog.folder", settings.catalog().folder());
        requirePolicy(settings.policy());
    }

    private static void requireIdentity(IdentitySettings identity, List<String> profiles) {
        if (!profiles.isEmpty() && LAPTOP_PROFILES.containsAll(profiles)) {
            return;
        }
        if (identity.devFile().isPresent()) {
            throw refused("belvedere.identity.dev-file is for a laptop and is refused in the profile "
                    + String.join(",", profiles)
                    + "; remove it, or start with the profile laptop (QUARKUS_PROFILE=laptop) on your own machine.");
        }
        throw refused("no OpenID Connect provider is configured, and outside of a laptop callers are known by one only;"
                + " this version brings no OpenID Connect yet: start with the profile laptop (QUARKUS_PROFILE=laptop) and"
                + " belvedere.identity.dev-file on your own machine.");
    }

    private static void requirePolicy(Settings.PolicySettings policy) {
        if (policy.opa().address().isEmpty()) {
            requireFolder(
                    "belvedere.policy.folder",
                    policy.folder()
                            .orElseThrow(
                                    () -> refused(
                                            "neither belvedere.policy.folder nor belvedere.policy.opa.address says who decides; set one.")));
            return;
        }
        if (policy.folder().isPresent()) {
            throw refused(
                    "belvedere.policy.folder and belvedere.policy.opa.address are both set, and only one can decide; remove one.");
        }
        try {
            var _ = new OpaAddress(policy.opa().address().get(), policy.opa().tokenFile());
        } catch (IllegalArgumentException why) {
            throw refused("belvedere.policy.opa.address cannot be used: " + why.getMessage() + ".");
        }
    }

    private static void requireFolder(String key, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw refused(key + " is '" + folder + "', which is not a folder; set it to one that exists.");
        }
    }

    private static BelvedereException refused(String why) {
        return CONFIGURATION_INVALID.error("The server does not start: " + why);
    }
}
