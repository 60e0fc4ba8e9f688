package io.belvedere.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.access.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClaimedCallersTest {
    private static final String NOW = "'active': true, 'sub': 'u-1', 'preferred_username': 'ana'";

    private final AccessTokens tokens = new AccessTokens(Tokens.SETTINGS);
    private final ClaimedCallers callers =
            new ClaimedCallers(Tokens.SETTINGS.issuer().toString(), Tokens.SETTINGS.claims());

    @Test
    void rolesGroupsAndAttributesAreWhatTheProviderSaysNow() {
        Caller caller = caller(
                        Tokens.with("realm_access", "{'roles': ['steward']}"),
                        ", 'realm_access': {'roles': ['analyst']}, 'groups': ['/sales'], 'region': 'EU'")
                .orElseThrow();
        assertThat(caller)
                .isEqualTo(new Caller(
                        "https://id.example/realms/a",
                        "u-1",
                        "ana",
                        Caller.Kind.HUMAN,
                        Set.of("analyst", "group:/sales"),
                        Map.of("region", "EU")));
    }

    @Test
    void whoIsNotSaidToBeAnythingIsNothing() {
        assertThat(caller(Tokens.good(), "").orElseThrow().roles()).isEmpty();
        assertThat(caller(Tokens.good(), "").orElseThrow().attributes()).isEmpty();
    }

    @Test
    void whatCannotBeReadLetsNobodyIn() {
        for (String more : List.of(
                ", 'realm_access': {'roles': 'steward'}",
                ", 'realm_access': {'roles': {'steward': true}}",
                ", 'realm_access': {'roles': [7]}",
                ", 'realm_access': {'roles': [' ']}",
                ", 'realm_access': {'roles': [null]}",
                ", 'realm_access': {'roles': null}",
                ", 'realm_access': {'roles': ['a\\nb']}",
                ", 'realm_access': {'roles': ['" + "r".repeat(501) + "']}",
                ", 'realm_access': {'roles': ['group:/sales']}",
                ", 'realm_access': 'steward'",
                ", 'realm_access': {'roles': [" + many("'r%d'", Caller.ROLES_MAX + 1) + "]}",
                ", 'realm_access': {'roles': ['a']}, 'groups': [" + many("'g%d'", Caller.ROLES_MAX) + "]",
                ", 'groups': 'sales'",
                ", 'region': ['EU', 'US']",
                ", 'region': {'a': 1}",
                ", 'region': null",
                ", 'region': ''",
                ", 'region': 1.5",
                ", '_claim_names': {'groups': 'src1'}",
                ", 'hasgroups': true")) {
            assertThat(caller(Tokens.good(), more)).as("%.80s", more).isEmpty();
        }
    }

    @Test
    void aProgramIsAService() {
        assertThat(kind(Tokens.without("sid"), "")).isEqualTo(Caller.Kind.SERVICE);
        assertThat(kind(Tokens.with("azp", "'u-1'"), "")).isEqualTo(Caller.Kind.SERVICE);
        assertThat(kind(Tokens.with("preferred_username", "'service-account-etl'"), ""))
                .isEqualTo(Caller.Kind.SERVICE);
    }

    @Test
    void anAgentIsNamedBesideTheHumanItActsFor() {
        assertThat(agent(Tokens.with("act", "{'sub': 'bot'}")))
                .contains(new Caller.Agent("https://id.example/realms/a", "bot"));
        assertThat(agent(Tokens.with("act", "{'sub': 'bot', 'iss': 'https://b.example', 'act': {'sub': 'older'}}")))
                .contains(new Caller.Agent("https://b.example", "bot"));
        assertThat(agent(Tokens.with("azp", "'assistant'")))
                .contains(new Caller.Agent("https://id.example/realms/a", "assistant"));
        assertThat(caller(Tokens.with("azp", "'assistant'"), "").orElseThrow().kind())
                .isEqualTo(Caller.Kind.AGENT);
    }

    @Test
    void anActorThatIsNoneLetsNobodyIn() {
        for (String actor : List.of(
                "null",
                "'bot'",
                "{}",
                "[]",
                "{'sub': ''}",
                "{'sub': 7}",
                "{'sub': 'bot', 'iss': 7}",
                "{'sub': 'a', 'act': null}",
                "{'sub': 'a', 'act': {'sub': 'b', 'act': {'sub': 'c', 'act': {'sub': 'd', 'act': {'sub': 'e'}}}}}")) {
            assertThat(caller(Tokens.with("act", actor), "")).as(actor).isEmpty();
        }
        String service = Tokens.token(
                Tokens.HEADER, "{" + Tokens.CLAIMS.replace(" 'sid': 's-1',", "") + ", 'act': {'sub': 'bot'}}");
        assertThat(caller(service, "")).isEmpty();
    }

    private Caller.Kind kind(String token, String more) {
        return caller(token, more).orElseThrow().kind();
    }

    private Optional<Caller.Agent> agent(String token) {
        return caller(token, "").orElseThrow().agent();
    }

    private Optional<Caller> caller(String token, String more) {
        return callers.of(tokens.read(token).orElseThrow(), Tokens.json("{" + NOW + more + "}"));
    }

    private static String many(String form, int count) {
        return IntStream.range(0, count).mapToObj(form::formatted).collect(Collectors.joining(", "));
    }
}
