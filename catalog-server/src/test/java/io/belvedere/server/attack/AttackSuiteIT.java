package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.attack.Attack.Control;
import io.belvedere.server.attack.Attack.Probe;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The list of attacks, each over both sources and both engines of policy. docs/security-tests.md says what each does. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttackSuiteIT {
    private static final long TWINS = Long.getLong("belvedere.twins.queries", 250);
    private static final long TWINS_FIRST = Long.getLong("belvedere.twins.first", 5_000_000);
    private static final Duration TWINS_TIME = Duration.ofSeconds(Long.getLong("belvedere.twins.seconds", 600));
    private static final String TWINS_AGAIN =
            "./mvnw -pl catalog-server -am verify -Dit.test=AttackSuiteIT -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dfailsafe.failIfNoSpecifiedTests=false -Dbelvedere.twins.first=%d -Dbelvedere.twins.queries=1";

    @TempDir
    static Path folder;

    private static AttackedHouse house;
    private static FlightAnswers flight;
    /** What the attacker got of one request and source, by the world it was asked in first. */
    private static final Map<String, String> ANSWERS = new HashMap<>();
    /** What each server was asked, by its id. */
    private static final Map<PolicyEngine, Map<String, String>> RECORDED =
            Map.of(PolicyEngine.EMBEDDED, new LinkedHashMap<>(), PolicyEngine.OPA_SERVER, new LinkedHashMap<>());

    @BeforeAll
    static void open() throws Exception {
        house = AttackedHouse.open(folder);
        flight = new FlightAnswers(house);
    }

    @AfterAll
    static void close() throws Exception {
        flight.close();
        house.close();
    }

    @TestFactory
    @Order(1)
    Stream<DynamicContainer> everyAttackFails() {
        return Attacks.all().stream()
                .map(attack -> DynamicContainer.dynamicContainer(
                        attack.id() + " " + attack.what(),
                        Stream.of(Source.values())
                                .flatMap(source -> Stream.of(PolicyEngine.values())
                                        .map(engine -> DynamicTest.dynamicTest(
                                                attack.id() + " on " + source + ", decided by " + engine,
                                                () -> attempt(attack, source, engine))))));
    }

    @TestFactory
    @Order(2)
    Stream<DynamicContainer> everyProcedureFails() {
        return Procedures.all().stream()
                .map(procedure -> DynamicContainer.dynamicContainer(
                        procedure.id() + " " + procedure.what(),
                        Stream.of(Source.values())
                                .flatMap(source -> Stream.of(PolicyEngine.values())
                                        .map(engine -> DynamicTest.dynamicTest(
                                                procedure.id() + " on " + source + ", decided by " + engine,
                                                () -> procedure.steps().run(house, engine, source))))));
    }

    private static void attempt(Attack attack, Source source, PolicyEngine engine) throws Exception {
        Rest rest = house.rest(engine);
        for (Probe probe : attack.probes()) {
            Answer answer = probe.ask().send(rest, probe.caller(), source);
            String request = probe.caller() + ": " + probe.ask();
            if (probe.ask() instanceof Ask.Sql) {
                answer.response()
                        .headers()
                        .firstValue("Belvedere-Query-Id")
                        .ifPresent(id -> RECORDED.get(engine).put(id, request));
            }
            assertThat(probe.expected().broken(answer, source)).as(request).isEmpty();
            if (!probe.caller().equals("carol")) {
                requireNoCanary(request, answer);
                requireSameInBothWorlds(request + source, answer);
            }
            // A plan in JSON names its query, which is another one each time.
            if (probe.ask() instanceof Ask.Sql sql && !sql.text().startsWith("EXPLAIN (")) {
                flight.requireSame(engine, probe.caller(), sql, source, answer);
            }
            requireControl(request, probe, rest, source);
        }
    }

    /** Generated queries get the same answer in both worlds, errors and plans included. */
    @Test
    @Order(3)
    void noQueryTellsTheWorldsApart() throws Exception {
        TwinAnswers twins = new TwinAnswers(house.rest(PolicyEngine.EMBEDDED), house.rest(PolicyEngine.OPA_SERVER));
        Found found = new Hunt(house.hunted(PolicyEngine.EMBEDDED).house(), twins, TWINS_AGAIN)
                .run(TWINS_FIRST, TWINS, TWINS_TIME);

        System.out.println(found.asked() + " queries in two worlds: " + twins.kinds());
        assertThat(found.differences()).isEmpty();
        assertThat(found.asked()).isGreaterThanOrEqualTo(TWINS);
        assertThat(twins.kinds().getOrDefault("rows", 0L))
                .as("%s", twins.kinds())
                .isGreaterThan(found.asked() / 3);
        assertThat(twins.kinds()).containsKey("DATA_ERROR");
    }

    /**
     * Every statement reads the attacked rows through policy, as the databases themselves have heard it, and ships no key of a hidden row. Not
     * of views that join sources in their body: their policy is on what is joined, and is kept where that is done.
     */
    @Test
    @Order(4)
    void theSourcesAreAskedForVisibleRowsOnly() throws Exception {
        Rest rest = house.rest(PolicyEngine.EMBEDDED);
        try (SourceStatements statements = SourceStatements.listen()) {
            int probes = 0;
            for (Attack attack : Attacks.all()) {
                for (Probe probe : attack.probes()) {
                    if (probe.caller().equals("alice")
                            && probe.expected() instanceof Expected.Rows
                            && !probe.ask().toString().contains("mix.")) {
                        for (Source source : Source.values()) {
                            probe.ask().send(rest, "alice", source);
                            probes++;
                        }
                    }
                }
            }
            List<String> heard = statements.heard();
            assertThat(heard).as("statements of %s requests", probes).hasSizeGreaterThan(probes / 4);
            for (String statement : heard) {
                assertThat(statement)
                        .containsPattern("tenant[`\"] = 'A'")
                        .doesNotContainPattern("IN \\([^)]*\\b1[0-9]{3}\\b");
            }
            Ask.sql("SELECT COUNT(*) AS n FROM {s}.customer").send(rest, "carol", Source.POSTGRES);
            Ask.sql("SELECT COUNT(*) AS n FROM {s}.customer").send(rest, "carol", Source.MARIADB);
            assertThat(statements.heard().stream().filter(each -> !each.contains("tenant")))
                    .as("carol's are heard too, without a filter")
                    .hasSize(2);
        }
    }

    /** Whatever the attacks above left behind, refusals and errors included. */
    @Test
    @Order(5)
    void nothingHiddenIsLeftAnywhere() throws Exception {
        for (PolicyEngine engine : PolicyEngine.values()) {
            Rest rest = house.rest(engine);
            for (String caller : List.of("alice", "bob", "carol", "olga")) {
                String text = rest.get("tok-" + caller, "/api/v1/queries").text();
                assertThat(text).as("what %s sees of queries", caller).doesNotContain(Canaries.WORD);
            }
            String metrics = rest.get("tok-olga", "/api/v1/metrics").text();
            assertThat(metrics).contains("belvedere_requests_total").doesNotContain(Canaries.WORD);
            assertThat(house.server(engine).log()).contains("Catalog: ");
            assertThat(Canaries.filesWith(house.server(engine).folder())).isEmpty();
        }
        assertThat(house.spans().text()).as("spans came").contains("belvedere").doesNotContain(Canaries.WORD);
        assertThat(house.lines().text())
                .as("log lines came")
                .contains("Catalog: ")
                .doesNotContain(Canaries.WORD);
    }

    /** In no cell, no statistics and no metadata of a file, whatever its format; and the files of both worlds say the same. */
    @Test
    @Order(4)
    void nothingHiddenIsInAnExport() throws Exception {
        try (ExportedFiles files = new ExportedFiles(house, folder)) {
            for (Source source : Source.values()) {
                for (ExportedFiles.Format format : ExportedFiles.Format.values()) {
                    for (String sql : ExportedFiles.STATEMENTS) {
                        String one = files.text(PolicyEngine.EMBEDDED, "alice", format, sql, source);
                        String other = files.text(PolicyEngine.OPA_SERVER, "alice", format, sql, source);
                        assertThat(one)
                                .as("%s: %s", format, sql)
                                .doesNotContain(Canaries.WORD)
                                .isEqualTo(other);
                    }
                    assertThat(files.text(
                                    PolicyEngine.EMBEDDED,
                                    "carol",
                                    format,
                                    ExportedFiles.STATEMENTS.getFirst(),
                                    source))
                            .as("carol's %s shows what is hidden", format)
                            .contains(Canaries.WORD);
                }
            }
        }
    }

    /** Each statement of the list went through the other door too, as it is and prepared, with the same answer. */
    @Test
    @Order(6)
    void everyStatementWasHeldAgainstFlight() {
        long statements = Attacks.all().stream()
                .flatMap(attack -> attack.probes().stream())
                .filter(probe -> probe.ask() instanceof Ask.Sql)
                .count();
        assertThat((long) flight.compared()).isGreaterThanOrEqualTo(statements * 4);
    }

    @Test
    @Order(7)
    void everyRequestHasOneDecisionAndOneOutcomeAfterIt() throws Exception {
        for (PolicyEngine engine : PolicyEngine.values()) {
            assertThat(RECORDED.get(engine)).hasSizeGreaterThan(Attacks.all().size());
            AuditedRequests.of(house.server(engine).folder()).requireOnePairEach(RECORDED.get(engine));
        }
    }

    /** Nothing that is hidden, in the body or a header; a canary that the attacker wrote comes back at most as a name. */
    private static void requireNoCanary(String request, Answer answer) {
        assertThat(answer.text()).as(request).doesNotContain(Canaries.WORD);
        assertThat(answer.response().headers().map().toString()).as(request).doesNotContain(Canaries.WORD);
    }

    private static void requireSameInBothWorlds(String key, Answer answer) {
        String same = SameBytes.of(answer);
        assertThat(ANSWERS.merge(key, same, (before, _) -> before)).as(key).isEqualTo(same);
    }

    private static void requireControl(String request, Probe probe, Rest rest, Source source) throws Exception {
        switch (probe.control()) {
            case Control.CarolDiffers _ ->
                assertThat(probe.expected().broken(probe.ask().send(rest, "carol", source), source))
                        .as("carol gets something else by %s", request)
                        .isNotEmpty();
            case Control.Answered(String caller, Ask harmless) ->
                assertThat(harmless.send(rest, caller, source).status())
                        .as("answered, unlike %s", request)
                        .isEqualTo(200);
        }
    }
}
