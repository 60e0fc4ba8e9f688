package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.IDENTITY_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Caller;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OidcAuthenticationTest {
    private static final String GOOD = "Bearer " + Tokens.good();
    private static final Caller ANA =
            new Caller("https://id.example/realms/a", "u-1", "ana", Caller.Kind.HUMAN, Set.of(), Map.of());

    private final AtomicInteger asked = new AtomicInteger();
    private final LoggedOut loggedOut = new LoggedOut();

    @Test
    void theProvidersWordServesForAMoment() {
        OidcAuthentication authentication = authentication(this::vouched);
        assertThat(authentication.authenticate(GOOD).orElseThrow().caller()).isEqualTo(ANA);
        assertThat(authentication.authenticate(GOOD)).isPresent();
        assertThat(asked).hasValue(1);
    }

    @Test
    void aLogoutCountsAlsoForAWordThatWasJustGiven() {
        OidcAuthentication authentication = authentication(this::vouched);
        Standing standing = authentication.authenticate(GOOD).orElseThrow().standing();
        loggedOut.add(Optional.of("s-1"), Optional.empty(), Tokens.NOW);
        assertThat(authentication.authenticate(GOOD)).isEmpty();
        assertThat(standing.state()).isEqualTo(Standing.State.ENDED);
    }

    @Test
    void withoutAWordNobodyIsLetIn() {
        assertThat(authentication(_ -> Optional.empty()).authenticate(GOOD)).isEmpty();
        OidcAuthentication silent = authentication(_ -> {
            throw IDENTITY_UNAVAILABLE.error("nobody answers");
        });
        assertThatThrownBy(() -> silent.authenticate(GOOD)).hasMessageContaining("nobody answers");
    }

    @Test
    void aTokenOfTheFutureOpensNothingYet() {
        for (int seconds : List.of(60, 61, 3_600)) {
            Instant issued = Tokens.NOW.plusSeconds(seconds);
            String token = Tokens.token(
                    Tokens.HEADER,
                    "{"
                            + Tokens.CLAIMS
                                    .replaceFirst("'iat': \\d+", "'iat': " + issued.getEpochSecond())
                                    .replaceFirst(
                                            "'exp': \\d+",
                                            "'exp': " + issued.plusSeconds(299).getEpochSecond())
                            + "}");
            assertThat(authentication(this::vouched)
                            .authenticate("Bearer " + token)
                            .isPresent())
                    .as("issued in %d s", seconds)
                    .isEqualTo(seconds <= 60);
        }
    }

    @Test
    void passwordsOpenNothingUnlessTheyAreExchanged() {
        // ana:secret
        assertThat(authentication(this::vouched).authenticate("Basic YW5hOnNlY3JldA=="))
                .isEmpty();
        assertThat(asked).hasValue(0);
    }

    private Optional<Vouched> vouched(String token) {
        asked.incrementAndGet();
        return new AccessTokens(Tokens.SETTINGS).read(token).map(facts -> new Vouched(facts, ANA, System.nanoTime()));
    }

    private OidcAuthentication authentication(Vouching provider) {
        return new OidcAuthentication(
                provider, Tokens.SETTINGS, Optional.empty(), loggedOut, Clock.fixed(Tokens.NOW, ZoneOffset.UTC));
    }
}
