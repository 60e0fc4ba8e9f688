package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.IDENTITY_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.access.Caller;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenStandingTest {
    private static final AccessTokens.Facts FACTS =
            new AccessTokens(Tokens.SETTINGS).read(Tokens.good()).orElseThrow();
    private static final Caller ANA = caller(Set.of("analyst"));

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final LoggedOut loggedOut = new LoggedOut();
    private Vouching provider = _ -> Optional.of(new Vouched(FACTS, ANA, nanos.get()));

    private static Caller caller(Set<String> roles) {
        return new Caller("https://id.example/realms/a", "u-1", "ana", Caller.Kind.HUMAN, roles, Map.of());
    }

    @Test
    void holdsForAsLongAsTheProviderSaysSoAndAsksEveryFewSeconds() {
        TokenStanding standing = standing();
        for (int second = 0; second < 120; second++) {
            assertThat(standing.state()).isEqualTo(Standing.State.HOLDS);
            later(Duration.ofSeconds(1));
        }
        assertThat(asked).hasValueBetween(15, 25);
    }

    @Test
    void endsWhenTheProviderSaysThatTheTokenDoesNotHold() {
        TokenStanding standing = standing();
        provider = _ -> Optional.empty();
        later(Duration.ofSeconds(6));
        assertThat(standing.state()).isEqualTo(Standing.State.HOLDS);
        assertThat(standing.state()).isEqualTo(Standing.State.ENDED);
        provider = _ -> Optional.of(new Vouched(FACTS, ANA, nanos.get()));
        later(Duration.ofSeconds(6));
        assertThat(standing.state()).isEqualTo(Standing.State.ENDED);
    }

    @Test
    void endsWhenItsBearerIsNotTheSameAnyMore() {
        TokenStanding standing = standing();
        provider = _ -> Optional.of(new Vouched(FACTS, caller(Set.of()), nanos.get()));
        later(Duration.ofSeconds(6));
        var _ = standing.state();
        assertThat(standing.state()).isEqualTo(Standing.State.ENDED);
    }

    @Test
    void endsAtOnceWhenItsSessionIsLoggedOut() {
        TokenStanding standing = standing();
        loggedOut.add(Optional.of("another"), Optional.of("u-1"), Tokens.NOW);
        assertThat(standing.state()).isEqualTo(Standing.State.HOLDS);
        loggedOut.add(Optional.of("s-1"), Optional.of("u-1"), Tokens.NOW);
        assertThat(standing.state()).isEqualTo(Standing.State.ENDED);
    }

    @Test
    void endsWhenAllSessionsOfItsSubjectAreLoggedOutThatBeganBefore() {
        loggedOut.add(Optional.empty(), Optional.of("u-1"), Tokens.NOW.minusSeconds(1));
        assertThat(standing().state()).isEqualTo(Standing.State.HOLDS);
        loggedOut.add(Optional.empty(), Optional.of("u-1"), Tokens.NOW);
        loggedOut.add(Optional.empty(), Optional.of("u-1"), Tokens.NOW.minusSeconds(5));
        assertThat(standing().state()).isEqualTo(Standing.State.ENDED);
    }

    @Test
    void endsWithTheToken() {
        TokenStanding standing = standing();
        later(Duration.ofSeconds(299));
        var _ = standing.state();
        assertThat(standing.state()).isEqualTo(Standing.State.HOLDS);
        later(Duration.ofSeconds(1));
        assertThat(standing.state()).isEqualTo(Standing.State.ENDED);
    }

    @Test
    void isUnknownWhenTheProviderHasBeenSilentForAMinute() {
        TokenStanding standing = standing();
        provider = _ -> {
            throw IDENTITY_UNAVAILABLE.error("nobody answers");
        };
        for (int second = 0; second < 58; second++) {
            later(Duration.ofSeconds(1));
            assertThat(standing.state()).as("after %d s", second + 1).isEqualTo(Standing.State.HOLDS);
        }
        later(Duration.ofSeconds(1));
        assertThat(standing.state()).isEqualTo(Standing.State.UNKNOWN);
    }

    @Test
    void showsNothingOfTheToken() {
        assertThat(standing().toString()).doesNotContain("ey");
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private TokenStanding standing() {
        Vouching counted = token -> {
            asked.incrementAndGet();
            return provider.vouch(token);
        };
        return new TokenStanding(
                Tokens.good(),
                new Vouched(FACTS, ANA, 0),
                counted,
                loggedOut,
                new TokenStanding.Times(Duration.ZERO, clock(), nanos::get),
                Runnable::run);
    }

    /** The wall clock, which goes as the monotonic one does. */
    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Tokens.NOW.plusNanos(nanos.get());
            }
        };
    }
}
