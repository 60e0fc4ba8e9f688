package io.belvedere.policy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a policy bundle is served, how we say who we are, and what the bundle must be signed with.
 *
 * @param bundle address of the archive; plain {@code http} only on the loopback interface
 * @param tokenFile file with the bearer token that the server asks for; read for each question
 * @param key what bundles must be signed with; empty where any bundle of this server is taken
 * @param ageMax how long a policy decides without the server saying that it is still the newest; at most {@link #AGE_LIMIT}
 * @param memory file that says after a restart which bundles were taken before; empty where that is forgotten
 */
public record BundleAddress(
        URI bundle, Optional<Path> tokenFile, Optional<BundleKey> key, Duration ageMax, Optional<Path> memory) {
    /** The longest that a policy may decide unseen. */
    public static final Duration AGE_LIMIT = Duration.ofMinutes(60);

    /** Throws {@link IllegalArgumentException}, saying why, for an address that may not be used. */
    public BundleAddress {
        ServerAddress.require(bundle, "a policy bundle's");
        if (ageMax.isNegative() || ageMax.isZero() || ageMax.compareTo(AGE_LIMIT) > 0) {
            throw new IllegalArgumentException("a policy's age is more than zero and at most " + AGE_LIMIT);
        }
    }

    /** An address whose bundles are forgotten when the server stops. */
    public BundleAddress(URI bundle, Optional<Path> tokenFile, Optional<BundleKey> key, Duration ageMax) {
        this(bundle, tokenFile, key, ageMax, Optional.empty());
    }
}
