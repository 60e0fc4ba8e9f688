package io.belvedere.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.oidc.runtime.JsonWebKeySet;
import io.quarkus.oidc.runtime.OidcProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logout tokens that are signed here, proven by quarkus-oidc over keys that are known to it. */
class SessionsTest {
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final String SESSION = "s-1";
    private static final String SUBJECT = "u-1";

    @TempDir
    static Path folder;

    private static RsaJsonWebKey key;
    private static RsaJsonWebKey foreign;
    private static ProviderSettings settings;
    private static OidcProvider proofs;

    private final Clock clock = Clock.systemUTC();
    private Sessions sessions = new Sessions(Optional.of(settings), () -> proofs, clock);

    @BeforeAll
    static void keys() throws Exception {
        key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId("k1");
        foreign = RsaJwkGenerator.generateJwk(2048);
        foreign.setKeyId("k1");
        ProviderSettings like = Tokens.SETTINGS;
        settings = new ProviderSettings(
                like.issuer(),
                like.clientId(),
                Files.writeString(folder.resolve("secret"), "secret"),
                like.audience(),
                like.algorithm(),
                like.tokenLifeMax(),
                like.clockSkew(),
                like.clients(),
                like.passwords(),
                like.claims());
        String known = new org.jose4j.jwk.JsonWebKeySet(key).toJson();
        proofs = new OidcProvider(null, OidcTenant.tenant(settings), new JsonWebKeySet(known));
    }

    @BeforeEach
    void nothingHasEnded() {
        sessions = new Sessions(Optional.of(settings), () -> proofs, clock);
        assertThat(ended()).isFalse();
    }

    private boolean ended() {
        Instant now = clock.instant();
        return sessions.loggedOut()
                .covers(new AccessTokens.Facts(
                        Tokens.json("{}"),
                        SUBJECT,
                        "tool",
                        Optional.of(SESSION),
                        now.minusSeconds(60),
                        now.plusSeconds(60)));
    }

    private static Map<String, Object> claims() {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new TreeMap<>();
        claims.put("iss", settings.issuer().toString());
        claims.put("aud", settings.clientId());
        claims.put("iat", now);
        claims.put("exp", now + 120);
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("sub", SUBJECT);
        claims.put("sid", SESSION);
        claims.put("events", Map.of(EVENT, Map.of()));
        return claims;
    }

    private static String signed(Map<String, Object> claims, String type) throws JoseException {
        return signed(claims, type, AlgorithmIdentifiers.RSA_USING_SHA256, key.getPrivateKey());
    }

    private static String signed(Map<String, Object> claims, String type, String algorithm, Key with)
            throws JoseException {
        JwtClaims body = new JwtClaims();
        claims.forEach(body::setClaim);
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        token.setPayload(body.toJson());
        token.setHeader("typ", type);
        token.setKeyIdHeaderValue("k1");
        token.setAlgorithmHeaderValue(algorithm);
        token.setKey(with);
        return token.getCompactSerialization();
    }

    @Test
    void aRightTokenEndsTheSessionOnce() throws Exception {
        String token = signed(claims(), "logout+jwt");
        assertThat(sessions.logOut(token)).isTrue();
        assertThat(ended()).isTrue();
        assertThat(sessions.logOut(token)).as("sent again").isFalse();
    }

    @Test
    void withoutASessionAllOfTheSubjectsEnd() throws Exception {
        Map<String, Object> claims = claims();
        claims.remove("sid");
        assertThat(sessions.logOut(signed(claims, "JWT"))).isTrue();
        assertThat(ended()).isTrue();
    }

    @Test
    void anIdThatWasTakenIsNotTakenForAnotherSession() throws Exception {
        Map<String, Object> first = claims();
        first.put("sid", "another");
        first.remove("sub");
        assertThat(sessions.logOut(signed(first, "logout+jwt"))).isTrue();
        Map<String, Object> replayed = claims();
        replayed.put("jti", first.get("jti"));
        assertThat(sessions.logOut(signed(replayed, "logout+jwt"))).isFalse();
        assertThat(ended()).isFalse();
    }

    /** A claim and its wrong value; none where it is missing. */
    record Wrong(String claim, Optional<Object> value) {}

    static Stream<Wrong> wrongClaims() {
        long now = Instant.now().getEpochSecond();
        return Stream.of(
                        Stream.of("iss", "aud", "iat", "exp", "jti", "events")
                                .map(each -> new Wrong(each, Optional.empty())),
                        values("iss", "https://id.example/realms/b", "", 7),
                        values("aud", "another", "", List.of("a", "b"), List.of(), 7, "belvedere-x"),
                        values("iat", now - 3_600, now + 3_600, "now", now + 0.5, -1),
                        values("exp", now - 3_600, "never", 0),
                        values("jti", "", " ", 7, List.of("x"), "j".repeat(300)),
                        values(
                                "events",
                                List.of(EVENT),
                                EVENT,
                                Map.of(),
                                Map.of(EVENT, true),
                                Map.of(EVENT + "x", Map.of())),
                        values("nonce", "n", "", 7),
                        values("sid", "", 7, List.of(SESSION), "s".repeat(300)),
                        values("sub", "", 7, Map.of()))
                .flatMap(each -> each);
    }

    private static Stream<Wrong> values(String claim, Object... values) {
        return Stream.of(values).map(value -> new Wrong(claim, Optional.of(value)));
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void aTokenWithOneWrongClaimEndsNothing(Wrong wrong) throws Exception {
        Map<String, Object> claims = claims();
        wrong.value().ifPresentOrElse(value -> claims.put(wrong.claim(), value), () -> claims.remove(wrong.claim()));
        assertThat(sessions.logOut(signed(claims, "logout+jwt"))).isFalse();
        assertThat(ended()).isFalse();
        assertThat(sessions.logOut(signed(claims(), "logout+jwt")))
                .as("the same with nothing wrong")
                .isTrue();
    }

    @Test
    void aTokenThatNamesNobodyEndsNothing() throws Exception {
        Map<String, Object> claims = claims();
        claims.remove("sub");
        claims.remove("sid");
        assertThat(sessions.logOut(signed(claims, "logout+jwt"))).isFalse();
    }

    @Test
    void aTokenOfAnotherTypeEndsNothing() throws Exception {
        for (String type : List.of("at+jwt", "application/at+jwt", "JOSE", "dpop+jwt", "logout")) {
            assertThat(sessions.logOut(signed(claims(), type))).as(type).isFalse();
        }
        assertThat(ended()).isFalse();
    }

    @Test
    void aTokenThatTheProviderDidNotSignEndsNothing() throws Exception {
        String rsa = AlgorithmIdentifiers.RSA_USING_SHA256;
        assertThat(sessions.logOut(signed(claims(), "logout+jwt", rsa, foreign.getPrivateKey())))
                .as("a key of somebody else under the same id")
                .isFalse();
        HmacKey published = new HmacKey(key.getRsaPublicKey().getEncoded());
        assertThat(sessions.logOut(signed(claims(), "logout+jwt", AlgorithmIdentifiers.HMAC_SHA256, published)))
                .as("the public key taken for a secret")
                .isFalse();
        assertThat(sessions.logOut(
                        signed(claims(), "logout+jwt", AlgorithmIdentifiers.RSA_USING_SHA512, key.getPrivateKey())))
                .as("another algorithm with the right key")
                .isFalse();
        String good = signed(claims(), "logout+jwt");
        String body = good.substring(good.indexOf('.'), good.lastIndexOf('.'));
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"logout+jwt\"}".getBytes(StandardCharsets.UTF_8));
        for (String unsigned : List.of(none + body + ".", none + body + ".x", none + body, "", "a.b.c", good + ".x")) {
            assertThat(sessions.logOut(unsigned)).as(unsigned).isFalse();
        }
        String altered = good.substring(0, good.lastIndexOf('.') + 1)
                + new StringBuilder(good.substring(good.lastIndexOf('.') + 1)).reverse();
        assertThat(sessions.logOut(altered)).isFalse();
        assertThat(ended()).isFalse();
        assertThat(sessions.logOut(good)).as("nothing of it used its id up").isTrue();
    }
}
