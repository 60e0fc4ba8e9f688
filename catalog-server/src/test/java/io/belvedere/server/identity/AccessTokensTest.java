package io.belvedere.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private final AccessTokens tokens = new AccessTokens(Tokens.SETTINGS);

    @Test
    void anAccessTokenIsRead() {
        AccessTokens.Facts facts = tokens.read(Tokens.good()).orElseThrow();
        assertThat(facts.subject()).isEqualTo("u-1");
        assertThat(facts.client()).isEqualTo("tool");
        assertThat(facts.session()).contains("s-1");
        assertThat(facts.life()).isEqualTo(Duration.ofMinutes(5));
        assertThat(tokens.read(Tokens.with("aud", "['account', 'belvedere']"))).isPresent();
        assertThat(tokens.read(Tokens.token("{'alg': 'RS256', 'typ': 'JWT', 'kid': 'k1'}", "{" + Tokens.CLAIMS + "}")))
                .isPresent();
        assertThat(tokens.read(Tokens.without("typ"))).isPresent();
    }

    @Test
    void headersThatLeadElsewhereAreRefused() {
        for (String header : List.of(
                "{'alg': 'none', 'typ': 'at+jwt', 'kid': 'k1'}",
                "{'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'k1'}",
                "{'alg': 'ES256', 'typ': 'at+jwt', 'kid': 'k1'}",
                "{'alg': 'RS256', 'typ': 'at+jwt'}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 7}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': '" + "k".repeat(201) + "'}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1', 'jku': 'https://evil.example/keys'}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1', 'x5u': 'https://evil.example/key'}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1', 'x5c': ['MII']}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1', 'jwk': {}}",
                "{'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1', 'crit': ['exp']}",
                "{'alg': 'none', 'alg': 'RS256', 'typ': 'at+jwt', 'kid': 'k1'}")) {
            assertThat(tokens.read(Tokens.token(header, "{" + Tokens.CLAIMS + "}")))
                    .as(header)
                    .isEmpty();
        }
    }

    @Test
    void tokensOfOtherKindsAreRefused() {
        for (String wrong : List.of(
                Tokens.with("typ", "'ID'"),
                Tokens.with("typ", "'Refresh'"),
                Tokens.with("typ", "'Logout'"),
                Tokens.with("nonce", "'n'"),
                Tokens.with("at_hash", "'h'"),
                Tokens.with("cnf", "{'jkt': 'x'}"),
                Tokens.with("events", "{}"),
                Tokens.token(
                        "{'alg': 'RS256', 'typ': 'JWT', 'kid': 'k1'}",
                        "{" + Tokens.CLAIMS.replace("'typ': 'Bearer', ", "") + "}"),
                Tokens.token(
                        "{'alg': 'RS256', 'typ': 'logout+jwt', 'kid': 'k1'}",
                        "{" + Tokens.CLAIMS.replace("'typ': 'Bearer', ", "") + "}"))) {
            assertThat(tokens.read(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void tokensThatAreNotWholeAreRefused() {
        for (String wrong : List.of(
                Tokens.without("sub"),
                Tokens.without("exp"),
                Tokens.without("iat"),
                Tokens.without("azp"),
                Tokens.without("aud"),
                Tokens.with("sub", "' '"),
                Tokens.with("sub", "null"),
                Tokens.with("sid", "7"),
                Tokens.with("exp", "'tomorrow'"),
                Tokens.with("exp", "1e300"),
                Tokens.with("aud", "'belvedere-other'"),
                Tokens.with("aud", "{'belvedere': true}"),
                Tokens.with("exp", Long.toString(Tokens.NOW.plusSeconds(301).getEpochSecond())),
                Tokens.token(Tokens.HEADER, "{" + Tokens.CLAIMS + ", 'sub': 'u-2'}"),
                Tokens.token(Tokens.HEADER, "[]"),
                Tokens.token(Tokens.HEADER, "{" + Tokens.CLAIMS + "} {}"),
                Tokens.token(Tokens.HEADER, "{" + Tokens.CLAIMS + ", 'x': " + "[".repeat(30) + "]".repeat(30) + "}"),
                Tokens.good().replaceFirst("\\.[^.]*$", "."),
                Tokens.good() + ".more.parts",
                "",
                "..",
                "x".repeat(Credentials.LENGTH_MAX + 1))) {
            assertThat(tokens.read(wrong)).as("%.200s", wrong).isEmpty();
        }
    }

    @Test
    void onlyClientsThatMayAskAreHeard() {
        ProviderSettings some = new ProviderSettings(
                Tokens.SETTINGS.issuer(),
                "belvedere",
                Tokens.SETTINGS.secretFile(),
                "belvedere",
                Tokens.SETTINGS.algorithm(),
                Tokens.SETTINGS.tokenLifeMax(),
                Duration.ZERO,
                Set.of("tool"),
                ProviderSettings.Passwords.REFUSED,
                Tokens.SETTINGS.claims());
        assertThat(new AccessTokens(some).read(Tokens.good())).isPresent();
        assertThat(new AccessTokens(some).read(Tokens.with("azp", "'other'"))).isEmpty();
    }
}
