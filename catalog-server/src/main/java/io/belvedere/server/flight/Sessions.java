package io.belvedere.server.flight;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;

/**
 * Tokens for clients that give a name and a password once and a token from then on. Such a token is the closed credentials themselves, so each
 * call is judged by them anew and nothing is kept here. Safe for use by many threads.
 */
final class Sessions {
    private static final String USE = "session";
    private static final String BASIC = "Basic ";
    private static final String MARK = "Bearer belvedere-session.";

    private final Seal seal;
    private final Clock clock;

    Sessions(Seal seal, Clock clock) {
        this.seal = seal;
        this.clock = clock;
    }

    /** What a client sends from now on in place of these credentials; a token stays as it is. */
    String token(String authorization) {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return authorization;
        }
        byte[] text = authorization.getBytes(StandardCharsets.UTF_8);
        long end = clock.instant().plus(FlightLimits.SESSION_TIME).toEpochMilli();
        byte[] open = ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(end)
                .put(text)
                .array();
        return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(seal.close(USE, open));
    }

    /** The credentials that a header stands for; what is no token of ours stands for itself, and one that is no longer for nobody. */
    String credentials(String authorization) {
        return authorization.startsWith(MARK)
                ? opened(authorization.substring(MARK.length())).orElse("")
                : authorization;
    }

    private Optional<String> opened(String token) {
        byte[] closed;
        try {
            closed = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
        return seal.open(USE, closed)
                .map(ByteBuffer::wrap)
                .filter(bytes -> bytes.getLong() > clock.millis())
                .map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
    }
}
