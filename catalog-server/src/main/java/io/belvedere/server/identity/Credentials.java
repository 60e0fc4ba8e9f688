package io.belvedere.server.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** What an {@code Authorization} header holds: a token (RFC 6750) or a name and a password (RFC 7617). Prints neither. */
sealed interface Credentials {
    /** Longer ones are not looked at. */
    int LENGTH_MAX = 12 * 1024;

    int PASSWORD_LENGTH_MAX = 1_024;

    /** Reads a header's value; empty for one that is neither, or too long. */
    static Optional<Credentials> of(String authorization) {
        int space = authorization.indexOf(' ');
        if (space < 0 || authorization.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        String value = authorization.substring(space + 1).strip();
        return switch (authorization.substring(0, space).toLowerCase(Locale.ROOT)) {
            case "bearer" -> value.isEmpty() ? Optional.empty() : Optional.of(new Bearer(value));
            case "basic" -> basic(value);
            default -> Optional.empty();
        };
    }

    private static Optional<Credentials> basic(String value) {
        try {
            String pair = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(value)))
                    .toString();
            int colon = pair.indexOf(':');
            if (colon < 1 || pair.length() > PASSWORD_LENGTH_MAX || pair.chars().anyMatch(Character::isISOControl)) {
                return Optional.empty();
            }
            return Optional.of(new Basic(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException | CharacterCodingException neither) {
            return Optional.empty();
        }
    }

    /** A token that says who its bearer is. */
    record Bearer(String token) implements Credentials {
        @Override
        public String toString() {
            return "Bearer ***";
        }
    }

    /** What a person knows. */
    record Basic(String name, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic ***";
        }
    }
}
