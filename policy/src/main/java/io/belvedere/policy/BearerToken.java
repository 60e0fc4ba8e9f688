package io.belvedere.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bearer token in a file. */
final class BearerToken {
    private static final int BYTES_MAX = 8_192;

    private BearerToken() {}

    /** The token; throws {@code POLICY_UNAVAILABLE}, without quoting anything, when the file holds none. */
    static String read(Path file) {
        try {
            String text =
                    Files.size(file) > BYTES_MAX ? "" : Files.readString(file).strip();
            if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw PolicyError.POLICY_UNAVAILABLE.error("The file with the policy server's token holds no token.");
            }
            return text;
        } catch (IOException e) {
            throw PolicyError.POLICY_UNAVAILABLE.error("The file with the policy server's token cannot be read.", e);
        }
    }
}
