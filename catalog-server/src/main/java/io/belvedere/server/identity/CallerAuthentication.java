package io.belvedere.server.identity;

import java.util.Optional;

/**
 * Lets callers in by the value of an {@code Authorization} header, whatever door it came through. Safe for use by many threads; may
 * block for a few seconds, so it is never called on an event loop.
 */
@FunctionalInterface
public interface CallerAuthentication {
    /**
     * The caller; empty for credentials that are not valid, without a word why. Throws {@code IDENTITY_UNAVAILABLE} when nobody can say
     * whether they are.
     */
    Optional<Authenticated> authenticate(String authorization);
}
