package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.REPOSITORY;
import static io.belvedere.policy.Fixtures.SAMPLE_POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ViewId;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.testkit.OpaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy in this process and an OPA server with the same Rego and data say the same, question by question. */
class BothEnginesTest {
    @TempDir
    static Path lent;

    private static final int QUESTIONS = 500;
    private static final long SEED = 20_261_123;

    private static final List<String> ROLES =
            List.of("analyst", "steward", "auditor", "operator", "support", "nobody-knows", "Analyst", "");
    private static final List<String> REGIONS = List.of("EU", "US", "eu", "", "E'U", "東京", "EU\n", "\uD83D\uDE00");
    private static final List<String> CLASSES = List.of(
            "pii.name", "pii.email", "payment.card", "scope.region", "pii.phone", "finance.salary", "not.known");
    private static final List<String> TYPES =
            List.of("bigint", "varchar", "integer", "decimal(12,2)", "date", "boolean", "double", "timestamp");

    private static final List<Caller.Kind> KINDS =
            List.of(Caller.Kind.HUMAN, Caller.Kind.HUMAN, Caller.Kind.HUMAN, Caller.Kind.SERVICE, Caller.Kind.AGENT);

    /** What was decided, without which engine decided it. */
    private record Said(
            String what, String reason, Object detail, Optional<Instant> until, Map<ViewId, ViewAccess> views) {
        static Said of(Decision decision) {
            return switch (decision) {
                case Allow allow -> new Said("allow", allow.reason(), allow.detail(), allow.until(), allow.views());
                case Deny deny -> new Said("deny", deny.reason(), deny.existence(), Optional.empty(), Map.of());
            };
        }
    }

    @Test
    void theySayTheSameToFiveHundredQuestions() throws IOException {
        Random random = new Random(SEED);
        Map<String, Integer> seen = new TreeMap<>();
        Path policy = lending();
        try (OpaServer opa = OpaServer.start(
                        REPOSITORY.resolve("policy/src/main/rego").toString(),
                        policy.resolve("data.json").toString());
                OpaServerGate served = OpaServerGate.open(new OpaAddress(opa.address(), Optional.empty()));
                WasmPolicyGate embedded = new WasmPolicyGate(PolicyBundle.read(policy))) {
            for (int i = 0; i < QUESTIONS; i++) {
                PolicyRequest question = question(random, i);
                Said here = Said.of(PolicyGateContract.decideWhenFree(embedded, question));
                Said there = Said.of(PolicyGateContract.decideWhenFree(served, question));
                assertThat(there)
                        .as("question %s of seed %s: %s", i, SEED, question)
                        .isEqualTo(here);
                seen.merge(here.what() + " " + question.operation(), 1, Integer::sum);
                seen.merge(here.reason(), 1, Integer::sum);
                here.until().ifPresent(_ -> seen.merge("allow for a time", 1, Integer::sum));
            }
        }
        // Questions that all get one answer would compare nothing.
        assertThat(seen.keySet())
                .contains(
                        "allow QUERY",
                        "deny QUERY",
                        "allow DESCRIBE",
                        "deny MONITOR",
                        "allow MONITOR",
                        "allow PREVIEW",
                        "deny PREVIEW",
                        "allow for a time",
                        "break_glass.granted",
                        "break_glass.refused");
        assertThat(seen.get("allow QUERY")).isGreaterThan(QUESTIONS / 50);
    }

    @Test
    void theySaltHashesAlike(@TempDir Path folder) throws IOException {
        Path data = folder.resolve("data.json");
        Files.writeString(data, """
                {"belvedere": {"revision": "salts", "roles": {"analyst": {"access": "rows", "rows": "all", "maxRows": 10,
                  "masks": {"pii.email": {"mask": "hash", "salt": ["purpose", "attribute.region"], "key": "k1"}}}}}}
                """);
        Random random = new Random(SEED);
        Set<Mask> seen = new HashSet<>();
        try (OpaServer opa = OpaServer.start(
                        REPOSITORY.resolve("policy/src/main/rego").toString(), data.toString());
                OpaServerGate served = OpaServerGate.open(new OpaAddress(opa.address(), Optional.empty()));
                WasmPolicyGate embedded = new WasmPolicyGate(PolicyBundle.read(folder))) {
            for (String region : REGIONS) {
                for (String purpose : List.of("churn report", "", "a=b&c\\", "<é>\u2028\uD83D\uDE00")) {
                    ViewDefinition view = Fixtures.view("crm.people@1.0.0", Set.of(), "email varchar pii.email");
                    PolicyRequest question = new PolicyRequest(
                            new Caller(
                                    "https://idp.example",
                                    "caller",
                                    "somebody",
                                    pick(random, KINDS.subList(2, 4)),
                                    Set.of("analyst"),
                                    Map.of("region", region)),
                            Optional.of(purpose),
                            Operation.QUERY,
                            Protocol.REST,
                            Instant.EPOCH,
                            List.of(view));
                    Said here = Said.of(PolicyGateContract.decideWhenFree(embedded, question));
                    assertThat(Said.of(PolicyGateContract.decideWhenFree(served, question)))
                            .isEqualTo(here);
                    seen.addAll(((ViewAccess.Rows) here.views().get(view.id()))
                            .columns()
                            .values());
                }
            }
        }
        assertThat(seen).hasSize(REGIONS.size() * 4).allMatch(mask -> mask instanceof Mask.Hash);
    }

    /** The sample's data, with roles for agents and for a purpose, and with roles that are lent for a time. */
    private static Path lending() throws IOException {
        String data = Files.readString(SAMPLE_POLICY.resolve("data.json"));
        String more = """
                "support": {"access": "rows", "rows": "all", "kinds": ["agent"], "maxRows": 5},
                "auditing": {"access": "rows", "rows": "all", "purposes": ["audit"], "maxRows": 6}}, "grants": [
                {"who": {"role": "auditor"}, "what": {"role": "steward"}, "from": "2026-01-01T00:00:00Z",
                 "until": "2028-01-01T00:00:00Z", "reason": "a case"},
                {"who": {"issuer": "https://idp.example", "subject": "caller-7"}, "what": {"role": "auditing"},
                 "from": "2026-01-01T00:00:00Z", "until": "2029-01-01T00:00:00Z", "reason": "a case"}]}}""";
        String lending =
                data.replaceFirst("\\s*}\\s*}\\s*}\\s*$", java.util.regex.Matcher.quoteReplacement("," + more));
        assertThat(lending).contains("grants");
        return Files.writeString(lent.resolve("data.json"), lending).getParent();
    }

    private static PolicyRequest question(Random random, int number) {
        Operation operation = pick(random, List.of(Operation.values()));
        List<ViewDefinition> views = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            views.add(view(random, number, i));
        }
        return new PolicyRequest(
                caller(random),
                random.nextBoolean()
                        ? Optional.of(pick(random, List.of("churn report", "", "\"", "audit")))
                        : Optional.empty(),
                random.nextInt(6) == 0 ? Optional.of("a fire") : Optional.empty(),
                operation,
                pick(random, List.of(Protocol.values())),
                Instant.ofEpochSecond(1_790_000_000L + random.nextInt(100_000_000), random.nextInt(1_000_000_000)),
                views);
    }

    private static Caller caller(Random random) {
        Set<String> roles = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            roles.add(pick(random, random.nextInt(3) > 0 ? ROLES.subList(0, 4) : ROLES));
        }
        Map<String, String> attributes = new HashMap<>();
        if (random.nextInt(4) > 0) {
            attributes.put("region", pick(random, REGIONS));
        }
        if (random.nextBoolean()) {
            attributes.put("store", Integer.toString(random.nextInt(9)));
        }
        Caller.Kind kind = pick(random, KINDS);
        return new Caller(
                "https://idp.example",
                "caller-" + random.nextInt(20),
                "somebody",
                kind,
                roles,
                attributes,
                kind == Caller.Kind.AGENT
                        ? Optional.of(new Caller.Agent("https://idp.example", "agent-" + random.nextInt(9)))
                        : Optional.empty());
    }

    private static ViewDefinition view(Random random, int number, int index) {
        String[] columns = new String[1 + random.nextInt(6)];
        Arrays.setAll(columns, i -> "c" + i + " " + pick(random, TYPES) + classes(random));
        Set<String> tags = random.nextBoolean() ? Set.of("dashboard") : Set.of("raw", "internal");
        return Fixtures.view(
                pick(random, List.of("crm", "fulfilment", "inventory", "finance")) + ".v" + number + "_" + index
                        + "@1.0.0",
                tags,
                columns);
    }

    private static String classes(Random random) {
        StringBuilder classes = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            classes.append(' ').append(pick(random, CLASSES));
        }
        return classes.toString();
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
