package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import io.belvedere.federation.dimension.DimensionLimits;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.BundleAddress;
import io.belvedere.policy.BundleKey;
import io.belvedere.policy.OpaAddress;
import io.belvedere.policy.PolicyBundle;
import io.belvedere.server.identity.ClaimNames;
import io.belvedere.server.identity.ProviderSettings;
import io.belvedere.server.wiring.Settings.IdentitySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What must be so before the server starts; each refusal says what to do. */
final class StartRules {
    /** The profiles for one's own machine. Every other profile, also a misspelt one, is held to the rules of production. */
    static final Set<String> LAPTOP_PROFILES = Set.of("laptop", "dev", "test");

    private static final long MIB = 1L << 20;

    private StartRules() {}

    /** Throws {@code CONFIGURATION_INVALID} for the first rule that is broken. */
    static void require(Settings settings, List<String> profiles, PlainHttp plainHttp) {
        requireIdentity(settings.identity(), profiles);
        requireTls(settings.identity(), profiles, plainHttp);
        requireFolder("belvedere.catalog.folder", settings.catalog().folder());
        requirePolicy(settings.policy());
        requireHashKeys(settings);
        dimensionLimits(settings.dimensions(), Runtime.getRuntime().maxMemory());
        if (settings.flight().enabled()) {
            FlightRules.require(settings.flight());
        }
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

    /** What dimensions may take; throws {@code CONFIGURATION_INVALID} for what is too much or too long. */
    static DimensionLimits dimensionLimits(Settings.DimensionSettings dimensions, long heapBytes) {
        long most = heapBytes / 4;
        long bytes =
                dimensions.memoryMib().map(mib -> mib * MIB).orElse(Math.min(DimensionLimits.DEFAULT.bytesMax(), most));
        if (bytes < MIB || bytes > most) {
            throw refused("belvedere.dimensions.memory-mib is 1 to " + most / MIB
                    + " here, a quarter of the heap: ask for less, or give the server more with -Xmx.");
        }
        try {
            return new DimensionLimits(
                    bytes,
                    Math.min(bytes, dimensions.dimensionMib() * MIB),
                    dimensions.maxStaleness(),
                    dimensions.loadTimeout());
        } catch (IllegalArgumentException why) {
            throw refused("belvedere.dimensions cannot be used: " + why.getMessage() + ".");
        }
    }

    private static boolean isLaptop(List<String> profiles) {
        return !profiles.isEmpty() && LAPTOP_PROFILES.containsAll(profiles);
    }

    /** A token that anybody on the way can read is anybody's. */
    private static void requireTls(IdentitySettings identity, List<String> profiles, PlainHttp plainHttp) {
        if (!isLaptop(profiles) && plainHttp == PlainHttp.SERVED && !identity.behindTlsProxy()) {
            throw refused("tokens would travel without TLS: set quarkus.http.ssl.certificate.files and .key-files, and"
                    + " quarkus.http.insecure-requests=redirect or disabled; or belvedere.identity.behind-tls-proxy=true where a"
                    + " proxy ends TLS and nothing else can reach this server; or quarkus.http.host=127.0.0.1.");
        }
    }

    private static void requireIdentity(IdentitySettings identity, List<String> profiles) {
        boolean laptop = isLaptop(profiles);
        if (!laptop && identity.devFile().isPresent()) {
            throw refused("belvedere.identity.dev-file is for a laptop and is refused in the profile "
                    + String.join(",", profiles)
                    + "; remove it, or start with the profile laptop (QUARKUS_PROFILE=laptop) on your own machine.");
        }
        if (identity.oidc().issuer().isPresent()) {
            if (identity.devFile().isPresent()) {
                throw refused(
                        "belvedere.identity.dev-file and belvedere.identity.oidc.issuer are both set, and only one can"
                                + " say who callers are; remove the other.");
            }
            provider(identity.oidc());
        } else if (!laptop) {
            throw refused(
                    "no OpenID Connect provider is configured, and outside of a laptop callers are known by one only;"
                            + " set belvedere.identity.oidc.issuer, .client-id and .client-secret-file, or start with the profile"
                            + " laptop (QUARKUS_PROFILE=laptop) and belvedere.identity.dev-file on your own machine.");
        }
    }

    /** The provider that vouches for callers; throws {@code CONFIGURATION_INVALID} for settings that are not whole or not safe. */
    static ProviderSettings provider(Settings.OidcSettings oidc) {
        String area = "belvedere.identity.oidc";
        String client = oidc.clientId().orElseThrow(() -> refused(area + ".client-id is not set."));
        Path secret = oidc.clientSecretFile().orElseThrow(() -> refused(area + ".client-secret-file is not set."));
        if (!Files.isRegularFile(secret)) {
            throw refused(area + ".client-secret-file is no file that can be read.");
        }
        try {
            return new ProviderSettings(
                    oidc.issuer().orElseThrow(),
                    client,
                    secret,
                    oidc.audience().orElse(client),
                    ProviderSettings.algorithm(oidc.algorithm()),
                    oidc.tokenLifeMax(),
                    oidc.clockSkew(),
                    oidc.clients().orElse(Set.of()),
                    oidc.passwordGrant() ? ProviderSettings.Passwords.EXCHANGED : ProviderSettings.Passwords.REFUSED,
                    new ClaimNames(
                            oidc.nameClaim(),
                            oidc.rolesClaim(),
                            oidc.groupsClaim(),
                            oidc.attributes(),
                            oidc.agentClients().orElse(Set.of())));
        } catch (IllegalArgumentException why) {
            throw refused(area + " cannot be used: " + why.getMessage() + ".");
        }
    }

    private static void requirePolicy(Settings.PolicySettings policy) {
        long deciding = Stream.of(
                        policy.folder(), policy.bundle().address(), policy.opa().address())
                .filter(Optional::isPresent)
                .count();
        if (deciding > 1) {
            throw refused(
                    "more than one of belvedere.policy.folder, belvedere.policy.bundle.address and belvedere.policy.opa.address is set, and only one can decide; remove the others.");
        }
        if (policy.bundle().address().isPresent()) {
            try {
                var _ = bundle(policy.bundle());
            } catch (IllegalArgumentException why) {
                throw refused("belvedere.policy.bundle cannot be used: " + why.getMessage() + ".");
            }
            return;
        }
        if (policy.opa().address().isEmpty()) {
            requireFolder(
                    "belvedere.policy.folder",
                    policy.folder()
                            .orElseThrow(
                                    () -> refused(
                                            "none of belvedere.policy.folder, belvedere.policy.bundle.address and belvedere.policy.opa.address says who decides; set one.")));
            return;
        }
        try {
            var _ = new OpaAddress(policy.opa().address().get(), policy.opa().tokenFile());
        } catch (IllegalArgumentException why) {
            throw refused("belvedere.policy.opa.address cannot be used: " + why.getMessage() + ".");
        }
    }

    /** The address of the bundle; throws {@link IllegalArgumentException}, saying why, when it may not be used. */
    static BundleAddress bundle(Settings.BundleSettings settings) {
        BundleKey.Algorithm algorithm = BundleKey.Algorithm.of(settings.algorithm());
        if (settings.pollInterval().toMillis() < 1 || settings.pollInterval().compareTo(settings.maxAge()) >= 0) {
            throw new IllegalArgumentException("the poll-interval is more than zero and less than the max-age");
        }
        return new BundleAddress(
                settings.address().orElseThrow(),
                settings.tokenFile(),
                settings.keyFile().map(file -> new BundleKey(algorithm, file)),
                settings.maxAge(),
                settings.memoryFile());
    }

    private static void requireFolder(String key, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw refused(key + " is '" + folder + "', which is not a folder; set it to one that exists.");
        }
    }

    static BelvedereException refused(String why) {
        return CONFIGURATION_INVALID.error("The server does not start: " + why);
    }
}
