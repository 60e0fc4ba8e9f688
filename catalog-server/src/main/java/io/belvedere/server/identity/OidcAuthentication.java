package io.belvedere.server.identity;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.quarkus.oidc.TenantIdentityProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Callers by the tokens of an OpenID Connect provider. Every call is judged anew: the provider's word serves for two seconds at most, a
 * logout counts at once. Safe for use by many threads.
 */
public final class OidcAuthentication implements CallerAuthentication {
    /** How long the provider's word for a token serves new calls. */
    static final Duration WORD_AGE_MAX = Duration.ofSeconds(2);

    private static final int TOKENS_MAX = 10_000;

    private final Optional<PasswordGrant> passwords;
    private final BoundedCache<CacheKey.Internal<Presented>, Optional<Vouched>> words;
    private final LoggedOut loggedOut;
    private final TokenStanding.Times times;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    public OidcAuthentication(
            TenantIdentityProvider tenant,
            ProviderSettings settings,
            PasswordGrant passwords,
            Sessions sessions,
            Clock clock) {
        this(
                new ProviderWord(tenant, settings),
                settings,
                settings.passwords() == ProviderSettings.Passwords.EXCHANGED
                        ? Optional.of(passwords)
                        : Optional.empty(),
                sessions.loggedOut(),
                clock);
    }

    OidcAuthentication(
            Vouching provider,
            ProviderSettings settings,
            Optional<PasswordGrant> passwords,
            LoggedOut loggedOut,
            Clock clock) {
        this.passwords = passwords;
        this.loggedOut = loggedOut;
        this.times = new TokenStanding.Times(settings.clockSkew(), clock, System::nanoTime);
        this.words = new BoundedCache<>(
                "tokens",
                TOKENS_MAX,
                WORD_AGE_MAX,
                key -> provider.vouch(key.subject().token()));
    }

    /** A token; prints nothing of it. */
    private record Presented(String token) {
        @Override
        public String toString() {
            return "***";
        }
    }

    @Override
    public Optional<Authenticated> authenticate(String authorization) {
        return Credentials.of(authorization).flatMap(given -> switch (given) {
            case Credentials.Bearer(String token) -> bearer(token);
            case Credentials.Basic basic -> passwords.flatMap(grant -> grant.exchange(basic, this::bearer));
        });
    }

    private Optional<Authenticated> bearer(String token) {
        return vouch(token)
                .filter(vouched -> isIssued(vouched.token()))
                .map(vouched -> new Authenticated(
                        vouched.caller(), new TokenStanding(token, vouched, this::vouch, loggedOut, times, threads)))
                .filter(let -> let.standing().state() == Standing.State.HOLDS);
    }

    /** A token of the future would hold for longer than its life; clocks are a little apart, whatever is allowed for its end. */
    private boolean isIssued(AccessTokens.Facts token) {
        return !token.issuedAt().isAfter(times.clock().instant().plus(ProviderSettings.CLOCK_SKEW_HARD_MAX));
    }

    private Optional<Vouched> vouch(String token) {
        return words.require(new CacheKey.Internal<>(new Presented(token)));
    }

    /** What is kept, for whoever measures. */
    public List<Measured> caches() {
        return Stream.concat(Stream.of(words), passwords.map(PasswordGrant::cache).stream())
                .toList();
    }
}
