package io.belvedere.federation.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a hash is of. Each label has a key of its own, derived from the configured one, so that equal values of two columns, of two
 * views or under two salts have hashes that say nothing of each other. Holds no secret: it stands in plans.
 *
 * @param key the id of the configured key
 * @param view its name without the version, so that a new version keeps its hashes
 * @param salt SHA-256 of policy's salt, in hexadecimal
 */
public record HashLabel(String key, String view, String column, String salt) {
    /** The label for a salt as policy says it. */
    public static HashLabel of(String key, String view, String column, String salt) {
        return new HashLabel(key, view, column, digest(salt));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
