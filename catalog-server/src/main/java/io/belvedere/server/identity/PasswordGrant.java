package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.IDENTITY_UNAVAILABLE;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.quarkus.oidc.runtime.TenantConfigBean;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * A name and a password, exchanged at the provider for a token (RFC 6749, 4.3), for clients that know nothing else. The token is then
 * judged like any other, and used again for a minute, so that not every call is a login. Safe for use by many threads; blocks.
 */
public final class PasswordGrant {
    private static final Logger LOG = Logger.getLogger(PasswordGrant.class);
    private static final Duration USED_AGAIN_FOR = Duration.ofMinutes(1);
    private static final int TOKENS_MAX = 1_000;
    /** Wrong passwords of one name in a minute, after which the provider is not asked for the rest of it: nobody guesses through us. */
    static final int FAILURES_MAX = 20;

    private static final int NAMES_MAX = 10_000;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    private final Optional<ProviderSettings> settings;
    private final TenantConfigBean tenants;
    private final byte[] salt;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(ProviderWord.STEP_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final BoundedCache<CacheKey.Internal<Digest>, String> tokens =
            new BoundedCache<>("password-tokens", TOKENS_MAX, USED_AGAIN_FOR);
    private final Cache<String, AtomicInteger> failures = Caffeine.newBuilder()
            .maximumSize(NAMES_MAX)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    /** @param salt of the digests that tokens are found by; made anew at each start */
    public PasswordGrant(Optional<ProviderSettings> settings, TenantConfigBean tenants, byte[] salt) {
        this.settings = settings;
        this.tenants = tenants;
        this.salt = salt.clone();
    }

    /** Of a name and a password, salted; prints nothing of it. */
    private record Digest(String value) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** What is kept, for whoever measures. */
    Measured cache() {
        return tokens;
    }

    /** Whoever {@code login} lets in with the token that name and password are worth. */
    Optional<Authenticated> exchange(Credentials.Basic given, Function<String, Optional<Authenticated>> login) {
        CacheKey.Internal<Digest> key = new CacheKey.Internal<>(new Digest(digest(given)));
        Optional<Authenticated> known = tokens.find(key).flatMap(login);
        if (known.isPresent()) {
            return known;
        }
        tokens.forget(key);
        AtomicInteger failed = failures.get(given.name().toLowerCase(Locale.ROOT), _ -> new AtomicInteger());
        if (failed.get() >= FAILURES_MAX) {
            return Optional.empty();
        }
        Optional<String> token = settings.flatMap(provider -> ask(provider, given));
        if (token.isEmpty()) {
            failed.incrementAndGet();
        }
        Optional<Authenticated> caller = token.flatMap(login);
        caller.ifPresent(_ -> tokens.keep(key, token.get()));
        return caller;
    }

    private Optional<String> ask(ProviderSettings provider, Credentials.Basic given) {
        String body = "grant_type=password&scope=openid&username=" + encoded(given.name()) + "&password="
                + encoded(given.password());
        String client = encoded(provider.clientId()) + ":" + encoded(OidcTenant.secret(provider.secretFile()));
        HttpRequest request = HttpRequest.newBuilder(endpoint())
                .timeout(ProviderWord.STEP_MAX)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream content = answer.body()) {
                byte[] text = content.readNBytes(ANSWER_BYTES_MAX);
                return token(answer.statusCode(), text);
            }
        } catch (IOException failure) {
            throw unavailable(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(interrupted);
        }
    }

    /** A refusal is 400 or 401 (RFC 6749, 5.2); what is neither that nor a token is no answer. */
    private static Optional<String> token(int status, byte[] text) throws IOException {
        if (status == 400 || status == 401) {
            LOG.debug("The provider refused a name and a password.");
            return Optional.empty();
        }
        JsonNode token = CompactToken.object(text)
                .map(answer -> answer.path("access_token"))
                .orElseThrow(PasswordGrant::noToken);
        if (status != 200 || !token.isTextual()) {
            throw noToken();
        }
        return Optional.of(token.textValue());
    }

    private static IOException noToken() {
        return new IOException("the provider answered with no token");
    }

    private URI endpoint() {
        try {
            return URI.create(tenants.getDefaultTenant()
                    .initialize()
                    .await()
                    .atMost(ProviderWord.STEP_MAX)
                    .getOidcMetadata()
                    .getTokenUri());
        } catch (RuntimeException failure) {
            throw unavailable(failure);
        }
    }

    private static RuntimeException unavailable(Throwable cause) {
        return IDENTITY_UNAVAILABLE.error("The identity provider does not answer; try again later.", cause);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String digest(Credentials.Basic given) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            // The name has no colon, so that no two pairs read the same.
            digest.update((given.name() + ":" + given.password()).getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
