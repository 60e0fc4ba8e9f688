package io.belvedere.server.identity;

import io.belvedere.model.error.BelvedereException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Whether a token still holds while its query runs: not past its time, its session not logged out, and its bearer, by the provider's
 * word at most a minute old, still the same with the same roles and attributes. The provider is asked aside; looking never blocks.
 */
final class TokenStanding implements Standing {
    /** When the provider is asked again; with the look every half second and a short question a query ends well within 60 seconds. */
    private static final Duration ASK_AFTER = Duration.ofSeconds(5);
    /** How old its word may become when it does not answer: a minute, less what a look may be late. */
    static final Duration WORD_AGE_MAX = Duration.ofSeconds(58);

    private final String token;
    private final Vouched first;
    private final Vouching vouching;
    private final LoggedOut loggedOut;
    private final Instant end;
    private final Times times;
    private final Executor threads;
    private final AtomicBoolean asking = new AtomicBoolean();
    // Written by the thread that asks, read by those that look.
    private volatile long askedNanos;
    private volatile boolean ended;

    TokenStanding(String token, Vouched first, Vouching vouching, LoggedOut loggedOut, Times times, Executor threads) {
        this.token = token;
        this.first = first;
        this.vouching = vouching;
        this.loggedOut = loggedOut;
        this.end = first.token().expiresAt().plus(times.clockSkew());
        this.times = times;
        this.threads = threads;
        this.askedNanos = first.askedNanos();
    }

    /**
     * @param clock for the token's end, which is a time of day
     * @param nanos the monotonic clock, for ages
     */
    record Times(Duration clockSkew, Clock clock, LongSupplier nanos) {}

    @Override
    public State state() {
        if (!ended
                && (loggedOut.covers(first.token()) || !times.clock().instant().isBefore(end))) {
            ended = true;
        }
        if (ended) {
            return State.ENDED;
        }
        Duration age = Duration.ofNanos(times.nanos().getAsLong() - askedNanos);
        if (age.compareTo(ASK_AFTER) > 0 && asking.compareAndSet(false, true)) {
            threads.execute(this::ask);
        }
        return age.compareTo(WORD_AGE_MAX) > 0 ? State.UNKNOWN : State.HOLDS;
    }

    private void ask() {
        try {
            Optional<Vouched> now = vouching.vouch(token);
            if (now.filter(vouched -> vouched.caller().equals(first.caller())).isPresent()) {
                askedNanos = now.get().askedNanos();
            } else {
                ended = true;
            }
        } catch (BelvedereException unavailable) {
            // Its last word grows old; past its age nobody vouches for the caller.
        } finally {
            asking.set(false);
        }
    }

    @Override
    public String toString() {
        return "TokenStanding[***]";
    }
}
