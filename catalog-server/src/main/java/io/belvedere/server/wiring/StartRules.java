package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.belvedere.federation.hash.HashKeys;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.OpaAddress;
import io.belvedere.policy.PolicyBundle;
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
        requireHashKeys(settings);
    }

    private static void requireHashKeys(Settings settings) {
        boolean wanted = settings.policy()
                .folder()
                .filter(folder -> PolicyBundle.names(folder, "hash"))
                .isPresent();
        boolean none = settings.masks().hashKeys().isEmpty()
                && settings.masks().hashKey().isEmpty();
        if (none && !wanted) {
            return;
        }
        if (none) {
            throw refused(
                    "the policy hashes columns and there is no key for it; set belvedere.masks.hash-keys to a folder of keys and"
                            + " belvedere.masks.hash-key to the id of the one to use.");
        }
        hashKeys(settings.masks());
    }

    /** The keys of the mask {@code hash}; throws {@code CONFIGURATION_INVALID} for keys that cannot be used. */
    static HashKeys hashKeys(Settings.MaskSettings masks) {
        if (masks.hashKeys().isEmpty() && masks.hashKey().isEmpty()) {
            return HashKeys.NONE;
        }
        if (masks.hashKeys().isEmpty() || masks.hashKey().isEmpty()) {
            throw refused("belvedere.masks.hash-keys and belvedere.masks.hash-key are set together or not at all.");
        }
        try {
            return HashKeys.load(masks.hashKeys().get(), masks.hashKey().get());
        } catch (IllegalArgumentException why) {
            throw refused("belvedere.masks.hash-keys cannot be used: " + why.getMessage() + ".");
        }
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
