package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.model.access.Operation;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.doors.Rest.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers and stewards are told about policy, and what those get who have more for a time or in an emergency. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class PolicyDoorsTest {
    private static final String JSON = "application/json";
    private static final String SQL = "SELECT customer_name, email FROM crm.customer_360";
    private static final String ANA =
            "{\"subject\": \"ana\", \"roles\": [\"analyst\"], \"attributes\": {\"region\": \"EU\"}}";
    private static final String STELLA = "{\"subject\": \"stella\", \"roles\": [\"steward\"]}";

    @TestHTTPResource
    URI base;

    private Rest rest;
    private Path data;
    private String before = "";

    @BeforeEach
    void reset() throws Exception {
        rest = new Rest(base);
        FakeRows.next = new Behaviour.Give(1);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
        data = Laptop.folder().resolve("policy/data.json");
        before = Files.readString(data);
    }

    @AfterEach
    void restore() throws Exception {
        SteppedClock.step = Duration.ZERO;
        if (!Files.readString(data).equals(before)) {
            change(before);
        }
    }

    private Answer preview(String token, String sql, String caller) throws Exception {
        return rest.post(
                token, JSON, "/api/v1/policy/preview", "{\"sql\": \"" + sql + "\", \"caller\": " + caller + "}");
    }

    @Test
    void aStewardSeesWhatAnotherCallerWouldSeeAndNoSourceIsAsked() throws Exception {
        int opened = FakeRows.OPENED.get();
        Answer answer = preview("dev-stella", SQL, ANA);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode seen = answer.json().path("caller");
        assertThat(seen.path("effect").asText()).isEqualTo("allow");
        JsonNode view = seen.path("views").path(0);
        assertThat(view.path("view").asText()).isEqualTo("crm.customer_360@1.0.0");
        assertThat(view.path("rows").asText()).isEqualTo("limited");
        assertThat(view.path("filter").asText()).isEqualTo("region eq 'EU'");
        assertThat(view.path("columns").findValuesAsText("name"))
                .contains("email")
                .doesNotContain("card_number");
        assertThat(view.path("columns").toString())
                .contains("{\"name\":\"email\",\"type\":\"varchar\",\"mask\":\"email\",\"form\":\"e-mail form\"}");
        assertThat(seen.path("columns").findValuesAsText("name")).containsExactly("customer_name", "email");
        assertThat(seen.path("shape").asText()).contains("view crm.customer_360");
        assertThat(seen.path("wovenTree").asText()).contains("SecureFilter", "EU");
        assertThat(FakeRows.OPENED.get()).isEqualTo(opened);
    }

    @Test
    void whoLookedAsWhomIsRecordedWithBothDecisions() throws Exception {
        RecordingAudit.Entry entry =
                RecordingAudit.of(preview("dev-stella", SQL, ANA).queryId());
        assertThat(entry.outcome().status()).isEqualTo(OutcomeRecord.Status.OK);
        assertThat(entry.decision().operation()).isEqualTo(Operation.PREVIEW);
        assertThat(entry.decision().caller().orElseThrow().subject()).isEqualTo("stella");
        assertThat(entry.decision().previewed()).hasSize(1);
        assertThat(entry.decision().previewed().getFirst().caller().subject()).isEqualTo("ana");
        assertThat(entry.decision().previewed().getFirst().decision().effect()).isEqualTo("allow");
        assertThat(entry.decision().previewed().getFirst().decision().stamp())
                .isNotEqualTo(entry.decision().decision().orElseThrow().stamp());
    }

    @Test
    void withoutARecordNothingIsTold() throws Exception {
        RecordingAudit.disk = RecordingAudit.Disk.GONE;
        Answer answer = preview("dev-stella", SQL, ANA);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("code").asText()).isEqualTo("AUDIT_UNAVAILABLE");
    }

    @Test
    void onlyWhoMayLookIsTold() throws Exception {
        Answer ana = preview("dev-ana", SQL, STELLA);
        assertThat(ana.status()).isEqualTo(403);
        assertThat(ana.text()).doesNotContain("steward", "mask");
        assertThat(RecordingAudit.of(ana.queryId()).outcome().status()).isEqualTo(OutcomeRecord.Status.DENIED);
        Answer hidden = preview("dev-sam", SQL, STELLA);
        Answer absent = preview("dev-sam", SQL.replace("360", "361"), STELLA);
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.sameForAll()).isEqualTo(absent.sameForAll().replace("361", "360"));
        assertThat(preview("", SQL, STELLA).status()).isEqualTo(401);
    }

    @Test
    void aRefusalIsShownAsTheCallerWouldGetIt() throws Exception {
        JsonNode auditor =
                preview("dev-stella", SQL, "{\"roles\": [\"auditor\"]}").json().path("caller");
        assertThat(auditor.path("effect").asText()).isEqualTo("deny");
        assertThat(auditor.path("reason").asText()).isEqualTo("rows.withheld");
        assertThat(auditor.path("problem").path("code").asText()).isEqualTo("FORBIDDEN");
        JsonNode stranger = preview("dev-stella", SQL, "{}").json().path("caller");
        assertThat(stranger.path("problem").path("code").asText()).isEqualTo("VIEW_NOT_FOUND");
        assertThat(stranger.has("views")).isFalse();
        JsonNode hidden = preview("dev-stella", "SELECT card_number FROM crm.customer_360", ANA)
                .json()
                .path("caller");
        assertThat(hidden.path("problem").path("code").asText()).isEqualTo("QUERY_INVALID");
    }

    @Test
    void aColumnThatIsHiddenFromTheStewardIsHiddenInWhatTheStewardSees() throws Exception {
        change(before.replace(
                        "\"payment.card\": {\"mask\": \"keep_last\", \"characters\": 4}",
                        "\"scope.none\": {\"mask\": \"none\"}")
                .replace("\"payment.card\": {\"mask\": \"hidden\"}", "\"payment.card\": {\"mask\": \"none\"}"));
        Answer seen = preview("dev-stella", SQL, ANA);
        assertThat(seen.status()).as(seen.text()).isEqualTo(200);
        assertThat(seen.text()).doesNotContain("card", "wovenTree");
        assertThat(seen.json().path("caller").path("shape").asText()).isNotEmpty();
        Answer hidden = preview("dev-stella", "SELECT card_number FROM crm.customer_360", ANA);
        Answer absent = preview("dev-stella", "SELECT card_nummer FROM crm.customer_360", ANA);
        assertThat(hidden.json().path("caller").toString())
                .isEqualTo(absent.json().path("caller").toString().replace("nummer", "number"));
        // The caller does see it.
        awaitStatus("dev-ana", "SELECT card_number FROM crm.customer_360", 200);
    }

    @Test
    void twoCallersAreComparedSideBySide() throws Exception {
        Answer answer = rest.post(
                "dev-stella",
                JSON,
                "/api/v1/policy/compare",
                "{\"sql\": \"" + SQL + "\", \"first\": " + ANA + ", \"second\": " + STELLA + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("differences").toString())
                .contains(
                        "{\"view\":\"crm.customer_360@1.0.0\",\"first\":\"region eq 'EU'\",\"second\":\"all rows\"}",
                        "\"column\":\"email\",\"first\":\"e-mail form\",\"second\":\"as it is\"",
                        "\"column\":\"card_number\",\"first\":\"nothing\",\"second\":\"the last 4 characters only\"")
                .doesNotContain("customer_name");
        assertThat(RecordingAudit.of(answer.queryId()).decision().previewed()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sql\": \"SELECT 1\"}",
                "{\"sql\": \"SELECT 1\", \"caller\": null}",
                "{\"sql\": \"SELECT 1\", \"caller\": \"ana\"}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"role\": [\"a\"]}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"roles\": [null]}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"roles\": [1]}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"kind\": \"HUMAN\"}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"kind\": \"agent\"}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"agent\": \"bot\"}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {\"subject\": \" \"}}",
                "{\"sql\": \"SELECT 1\", \"caller\": {}, \"purpose\": \"\"}",
                "{\"sql\": \"SELECT 1\", \"caller\": {}, \"caller\": {}}"
            })
    void aBodyThatIsNotExactlyWhatIsExpectedIsRefused(String body) throws Exception {
        Answer answer = rest.post("dev-stella", JSON, "/api/v1/policy/preview", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("REQUEST_INVALID");
    }

    @Test
    void aCallerIsToldInPlainWordsWhatIsLimitedAndNoValueAndNothingHidden() throws Exception {
        int opened = FakeRows.OPENED.get();
        Answer answer = rest.query("dev-ana", JSON, "EXPLAIN POLICY " + SQL);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("rows").toString())
                .contains(
                        "rows of crm.customer_360 are limited by policy (rows.granted)",
                        "email of crm.customer_360 is masked: e-mail form",
                        "phone of crm.customer_360 is masked: the last 2 characters only",
                        "at most 100000 rows")
                .doesNotContain("EU", "card");
        JsonNode json = rest.post("dev-ana", JSON, "/api/v1/explain", "{\"sql\": \"EXPLAIN POLICY " + SQL + "\"}")
                .json();
        assertThat(json.path("views").path(0).path("rows").asText()).isEqualTo("limited");
        assertThat(json.path("views").path(0).path("masked").findValuesAsText("name"))
                .containsExactlyInAnyOrder("email", "phone");
        assertThat(json.toString()).doesNotContain("EU", "card");
        Answer text =
                rest.post("dev-stella", "text/plain", "/api/v1/explain", "{\"sql\": \"EXPLAIN (POLICY) " + SQL + "\"}");
        assertThat(text.text()).startsWith("all rows of crm.customer_360 are yours to see");
        assertThat(FakeRows.OPENED.get()).isEqualTo(opened);
        assertThat(RecordingAudit.of(answer.queryId()).decision().operation()).isEqualTo(Operation.EXPLAIN);
        assertThat(rest.query("dev-sam", JSON, "EXPLAIN POLICY " + SQL).status())
                .isEqualTo(404);
        assertThat(rest.query("dev-otto", JSON, "EXPLAIN POLICY " + SQL).status())
                .isEqualTo(403);
        assertThat(rest.query("dev-ana", JSON, "EXPLAIN POLICY SELECT card_number FROM crm.customer_360")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void brokenGlassGivesWhatTheRoleSaysAndIsLoud() throws Exception {
        String body = "{\"sql\": \"" + SQL + "\", \"breakGlass\": \"the shop is on fire\"}";
        assertThat(rest.query("dev-omar", JSON, SQL).status()).isEqualTo(403);
        Answer broken = rest.post("dev-omar", JSON, "/api/v1/query", body);
        assertThat(broken.status()).as(broken.text()).isEqualTo(200);
        RecordingAudit.Entry entry = RecordingAudit.of(broken.queryId());
        assertThat(entry.decision().breakGlass()).contains("the shop is on fire");
        assertThat(entry.decision().decision().orElseThrow().reason()).isEqualTo("break_glass.granted");
        Answer refused = rest.post("dev-ana", JSON, "/api/v1/query", body);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(RecordingAudit.of(refused.queryId()).decision().breakGlass()).isPresent();
        assertThat(rest.get("dev-omar", "/api/v1/metrics").text())
                .contains(
                        "belvedere_break_glass_total{effect=\"allow\"}",
                        "belvedere_break_glass_total{effect=\"deny\"}");
        for (String wrong : List.of("", " ", "x".repeat(201))) {
            Answer answer = rest.post("dev-omar", JSON, "/api/v1/query", body.replace("the shop is on fire", wrong));
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void aRoleThatIsLentEndsOnTimeAlsoForADecisionThatWasKeptAndForAQueryThatIsUnderWay() throws Exception {
        Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        int last = before.lastIndexOf('}', before.lastIndexOf('}', before.lastIndexOf('}') - 1) - 1);
        change(before.substring(0, last + 1)
                + ", \"grants\": [{\"who\": {\"issuer\": \"dev\", \"subject\": \"otto\"}, \"what\": {\"role\": \"steward\"},"
                + " \"from\": \"2026-01-01T00:00:00Z\", \"until\": \"" + end + "\", \"reason\": \"a case\"}]"
                + before.substring(last + 1));
        awaitStatus("dev-otto", SQL, 200);
        assertThat(rest.query("dev-otto", JSON, "EXPLAIN POLICY " + SQL).text()).contains("this holds until " + end);

        SteppedClock.step = Duration.between(Instant.now(), end).minusSeconds(60);
        assertThat(rest.query("dev-otto", JSON, SQL).status()).isEqualTo(200);
        // Policy decides before the end, or at worst after it; the source would be asked after it.
        SteppedClock.step = Duration.between(Instant.now(), end).minusSeconds(2);
        FakeParts.planning = Duration.ofMillis(2_500);
        int opened = FakeRows.OPENED.get();
        Answer late = rest.query("dev-otto", JSON, SQL);
        assertThat(late.status()).isIn(403, 503);
        assertThat(FakeRows.OPENED.get()).as("no source was asked").isEqualTo(opened);
        FakeParts.planning = Duration.ZERO;
        assertThat(rest.query("dev-otto", JSON, SQL).status()).isEqualTo(403);
    }

    private void change(String text) throws Exception {
        assertThat(text).as("the edit changes something or restores").isNotEmpty();
        String revision = String.valueOf(System.nanoTime());
        Files.writeString(data, text.replaceFirst("\"revision\": \"[^\"]*\"", "\"revision\": \"t" + revision + "\""));
        for (int i = 0; i < 600; i++) {
            String now = preview("dev-stella", SQL, STELLA)
                    .json()
                    .path("caller")
                    .path("revision")
                    .asText();
            if (now.startsWith("t" + revision)) {
                break;
            }
            Thread.sleep(50);
        }
        if (text.equals(before)) {
            Files.writeString(data, before);
        }
    }

    private void awaitStatus(String token, String sql, int status) throws Exception {
        for (int i = 0; i < 600 && rest.query(token, JSON, sql).status() != status; i++) {
            Thread.sleep(50);
        }
        assertThat(rest.query(token, JSON, sql).status()).isEqualTo(status);
    }
}
