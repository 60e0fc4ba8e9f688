package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Attacks on what decides. Each leaves the policy as it was. */
final class PolicyProcedures {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger ASKED = new AtomicInteger();
    /** A row filter of one field. */
    private static final String FILTER = "\\{\"filter\":\\{[^}]*}}";

    private static final Ask SSN = Ask.sql("SELECT MIN(ssn) AS s FROM {s}.customer");

    private PolicyProcedures() {}

    static List<Procedure> all() {
        return List.of(
                new Procedure("A56", "policy that changes under the same revision", PolicyProcedures::sameRevision),
                new Procedure("A65", "a decision that is kept too long", PolicyProcedures::grantTakenAndGiven),
                new Procedure("A67", "policy that is broken, or answers nonsense", PolicyProcedures::nonsense),
                new Procedure(
                        "A68", "a reply that leaves out a column, the rows or a view", PolicyProcedures::leftOut));
    }

    /** Whether alice sees the last two characters. */
    private static void sameRevision(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        await("as it was", () -> SSN.send(rest, "alice", source).text().contains("***11"));
        edited(
                house,
                engine,
                text -> text.replace("{\"mask\": \"keep_last\", \"characters\": 2}", "{\"mask\": \"redact\"}"),
                () -> {
                    await(
                            "the mask is stricter",
                            () -> SSN.send(rest, "alice", source).text().contains("\"***\""));
                });
        await(
                "the mask is as it was",
                () -> SSN.send(rest, "alice", source).text().contains("***11"));
    }

    private static void grantTakenAndGiven(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        edited(
                house,
                engine,
                text -> text.replace("\"domains\": [\"pg\", \"my\", \"mix\"]", "\"domains\": [\"mix\"]"),
                () -> {
                    await("taken away", () -> SSN.send(rest, "alice", source).status() == 404);
                    assertThat(SSN.send(rest, "carol", source).status()).isEqualTo(200);
                });
        await("given back", () -> SSN.send(rest, "alice", source).status() == 200);
    }

    private static void nonsense(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        switch (engine) {
            case EMBEDDED -> {
                // The policy before goes on deciding, and shows no more than it did.
                for (String broken : List.of(
                        "",
                        "{}",
                        "null",
                        "{\"belvedere\": {}}",
                        "{\"belvedere\": {\"revision\": \"x\", \"roles\": []}}",
                        "{\"belvedere\": {\"revision\": \"x\", \"revision\": \"y\", \"roles\": {}}}",
                        "<html></html>")) {
                    edited(house, engine, _ -> broken, () -> {
                        await(
                                "it is a problem",
                                () -> rest.get("tok-olga", "/api/v1/catalog/problems")
                                        .text()
                                        .contains("data.json"));
                        assertThat(SSN.send(rest, "alice", source).text()).contains("***11");
                        assertThat(SSN.send(rest, "mallory", source).status()).isEqualTo(404);
                    });
                    await(
                            "it is mended",
                            () -> !rest.get("tok-olga", "/api/v1/catalog/problems")
                                    .text()
                                    .contains("data.json"));
                }
            }
            case OPA_SERVER -> {
                List<PolicyTap.Forged> forged = List.of(
                        new PolicyTap.Forged(500, body -> body),
                        new PolicyTap.Forged(404, body -> body),
                        new PolicyTap.Forged(200, _ -> ""),
                        new PolicyTap.Forged(200, _ -> "<html>allow</html>"),
                        new PolicyTap.Forged(200, _ -> "{}"),
                        new PolicyTap.Forged(200, _ -> "{\"result\": null}"),
                        new PolicyTap.Forged(200, _ -> "{\"result\": \"true\"}"),
                        new PolicyTap.Forged(200, _ -> "{\"result\": true}"),
                        new PolicyTap.Forged(200, body -> body.substring(0, body.length() / 2)),
                        new PolicyTap.Forged(
                                200,
                                body -> body.replace(
                                        "\"effect\":\"allow\"", "\"effect\":\"allow\",\"effect\":\"allow\"")),
                        new PolicyTap.Forged(
                                200, body -> body.replace("\"effect\":\"allow\"", "\"effect\":\"allow\",\"extra\":1")),
                        new PolicyTap.Forged(200, body -> body.replace("\"effect\":\"allow\"", "\"effect\":\"ALLOW\"")),
                        new PolicyTap.Forged(200, body -> body + " ".repeat(10 << 20)));
                for (PolicyTap.Forged each : forged) {
                    requireNothing(house, rest, source, each);
                }
            }
        }
    }

    private static void leftOut(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        switch (engine) {
            // A policy of one's own that leaves something out is held by policy/ReplyReaderTest; the shipped one has no
            // such rule to break.
            case EMBEDDED ->
                edited(
                        house,
                        engine,
                        text -> text.replace("\"pii.ssn\": {\"mask\": \"keep_last\", \"characters\": 2},", ""),
                        () -> {
                            await(
                                    "a class without a mask hides its column",
                                    () -> SSN.send(rest, "alice", source).status() == 400);
                        });
            case OPA_SERVER -> {
                for (UnaryOperator<String> without : List.<UnaryOperator<String>>of(
                        body -> body.replaceAll("\"ssn\":\\{[^}]*},?", ""),
                        body -> body.replaceAll(",\"rows\":" + FILTER, ""),
                        body -> body.replaceAll("\"rows\":" + FILTER, "\"rows\":{}"),
                        body -> body.replaceAll("\"rows\":" + FILTER, "\"rows\":null"),
                        body -> body.replaceAll("\"operator\":\"eq\"", "\"operator\":\"sql\""),
                        body -> body.replaceAll("\"mask\":\"keep_last\"", "\"mask\":\"keep_all\""),
                        body -> body.replaceAll("\"views\":\\{.*}}", "\"views\":{}}}"))) {
                    requireNothing(house, rest, source, new PolicyTap.Forged(200, without));
                }
            }
        }
        await("it is as it was", () -> SSN.send(rest, "alice", source).text().contains("***11"));
    }

    /** No source is asked, and the answer says that policy is at fault. */
    private static void requireNothing(AttackedHouse house, Rest rest, Source source, PolicyTap.Forged forged)
            throws Exception {
        house.tap().forge(forged);
        try {
            // Another purpose is another question, so that no decision of before answers it.
            String body = Ask.MAPPER.writeValueAsString(Map.of(
                    "sql",
                    "SELECT MIN(ssn) AS s FROM " + source.domain() + ".customer",
                    "purpose",
                    "p" + ASKED.incrementAndGet()));
            Answer answer =
                    new Ask.Post("/api/v1/query", Map.of("Content-Type", Ask.JSON), body).send(rest, "alice", source);
            assertThat(answer.status())
                    .as("%s: %s", forged.status(), answer.text())
                    .isEqualTo(503);
            assertThat(answer.json().path("code").asText()).isIn(Set.of("POLICY_INVALID", "POLICY_UNAVAILABLE"));
            assertThat(answer.text()).doesNotContain("***", "rows");
        } finally {
            house.tap().honest();
        }
        await("policy decides again", () -> SSN.send(rest, "alice", source).status() == 200);
    }

    private interface Check {
        void run() throws Exception;
    }

    /** With another text of the policy's data, without another revision. */
    private static void edited(AttackedHouse house, PolicyEngine engine, UnaryOperator<String> edit, Check check)
            throws Exception {
        Path data = house.server(engine).folder().resolve("policy/data.json");
        String good = Files.readString(data);
        assertThat(edit.apply(good)).isNotEqualTo(good);
        try {
            house.putPolicy(engine, edit.apply(good));
            check.run();
        } finally {
            house.putPolicy(engine, good);
        }
    }

    private static void await(String what, Callable<Boolean> holds) throws Exception {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(giveUp);
            Thread.sleep(50);
        }
    }
}
