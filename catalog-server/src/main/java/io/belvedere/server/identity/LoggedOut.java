package io.belvedere.server.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Sessions and subjects that the provider said are logged out, for as long as a token of theirs can hold. Safe for use by many threads.
 * Only a logout token that the provider signed gets in here; beyond so many the oldest are forgotten, and the provider's own word for
 * each token, a few seconds later, still ends them.
 */
final class LoggedOut {
    private static final int KEPT_MAX = 100_000;
    /** Longer than a token holds with all skew. */
    private static final Duration KEPT_FOR =
            ProviderSettings.TOKEN_LIFE_HARD_MAX.plus(ProviderSettings.CLOCK_SKEW_HARD_MAX.multipliedBy(2));

    private final Cache<String, Instant> sessions = cache();
    private final Cache<String, Instant> subjects = cache();

    private static Cache<String, Instant> cache() {
        return Caffeine.newBuilder()
                .maximumSize(KEPT_MAX)
                .expireAfterWrite(KEPT_FOR)
                .build();
    }

    /** One session has ended; without one, all of the subject's that began until then. */
    void add(Optional<String> session, Optional<String> subject, Instant at) {
        session.ifPresentOrElse(
                id -> sessions.put(id, at),
                () -> subject.ifPresent(id -> subjects.asMap().merge(id, at, LoggedOut::later)));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    boolean covers(AccessTokens.Facts token) {
        if (token.session().filter(id -> sessions.getIfPresent(id) != null).isPresent()) {
            return true;
        }
        Instant ended = subjects.getIfPresent(token.subject());
        return ended != null && !token.issuedAt().isAfter(ended);
    }
}
