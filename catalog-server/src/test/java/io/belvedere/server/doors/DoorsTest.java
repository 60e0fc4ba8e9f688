package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.model.access.Operation;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.doors.Rest.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The doors over the real resolver, policy, weaver and log; only the sources' rows are fakes. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class DoorsTest {
    private static final String SQL = "SELECT customer_id, customer_name, lifetime_value FROM crm.customer_360";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String ARROW = "application/vnd.apache.arrow.stream";

    @TestHTTPResource
    URI base;

    private Rest rest;

    @BeforeEach
    void reset() {
        rest = new Rest(base);
        FakeRows.next = new Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
    }

    @Test
    void aJsonResultEndsWithItsStatusAndReceipt() throws Exception {
        Answer answer = rest.query("dev-ana", JSON, SQL);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith(JSON);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Audit-Id")).startsWith("belvedere.local/audit/n1/");
        JsonNode body = answer.json();
        assertThat(body.path("columns").toString())
                .isEqualTo("[{\"name\":\"customer_id\",\"type\":\"bigint\",\"nullable\":false},"
                        + "{\"name\":\"customer_name\",\"type\":\"varchar\",\"nullable\":false},"
                        + "{\"name\":\"lifetime_value\",\"type\":\"decimal(18,2)\",\"nullable\":false}]");
        assertThat(body.path("rows").get(2).toString()).isEqualTo("[\"9007199254740995\",\"text-2\",\"2.00\"]");
        assertThat(body.path("status").asText()).isEqualTo("complete");
        assertThat(body.path("rowCount").asLong()).isEqualTo(3);
        assertThat(body.path("receipt").path("leafHash").asText()).hasSize(64);
        assertThat(body.path("queryId").asText()).isEqualTo(answer.queryId().toString());
    }

    @Test
    void anNdjsonResultEndsWithALineNoRowCanBe() throws Exception {
        List<String> lines = rest.query("dev-ana", NDJSON, SQL).text().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst())
                .isEqualTo(
                        "{\"customer_id\":\"9007199254740993\",\"customer_name\":\"text-0\",\"lifetime_value\":\"0.00\"}");
        assertThat(lines.getLast()).startsWith("{\"$end\":{\"status\":\"complete\",\"rowCount\":3,");
    }

    @Test
    void anNdjsonResultWithAColumnNamedLikeItsEndIsRefusedBeforeASourceIsAsked() throws Exception {
        int before = FakeRows.OPENED.get();
        Answer answer = rest.query("dev-ana", NDJSON, "SELECT city AS \"$end\" FROM crm.customer_360");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(FakeRows.OPENED.get()).isEqualTo(before);
    }

    @Test
    void aCsvResultEndsWithACommentLine() throws Exception {
        Answer answer = rest.query("dev-ana", "text/csv", SQL);
        assertThat(answer.header("Content-Type")).startsWith("text/csv");
        assertThat(answer.text())
                .startsWith("customer_id,customer_name,lifetime_value\r\n9007199254740993,text-0,0.00\r\n")
                .containsPattern("\r\n# \\{\"status\":\"complete\",\"rowCount\":3,.*}\r\n$");
    }

    @Test
    void anArrowResultIsReadByArrow() throws Exception {
        Answer answer = rest.query("dev-ana", ARROW, SQL);
        try (RootAllocator memory = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(
                        new ByteArrayInputStream(answer.response().body()), memory)) {
            assertThat(reader.loadNextBatch()).isTrue();
            assertThat(reader.getVectorSchemaRoot().getRowCount()).isEqualTo(3);
            assertThat(reader.getVectorSchemaRoot().getVector(1).getObject(0)).hasToString("text-0");
            assertThat(reader.getVectorSchemaRoot().getSchema().getCustomMetadata())
                    .containsEntry("belvedere.queryId", answer.queryId().toString());
            assertThat(reader.loadNextBatch()).isFalse();
        }
    }

    @Test
    void anEmptyResultIsCompleteInEachFormat() throws Exception {
        FakeRows.next = new Behaviour.Give(0);
        for (String format : List.of(JSON, NDJSON, "text/csv", ARROW)) {
            assertThat(rest.query("dev-ana", format, SQL).status()).as(format).isEqualTo(200);
        }
        assertThat(rest.query("dev-ana", JSON, SQL).json().path("rows").size()).isZero();
    }

    @Test
    void theBestAcceptedFormatIsGivenAndNoneIsARefusal() throws Exception {
        assertThat(rest.query("dev-ana", "text/html, text/csv;q=0.5, application/x-ndjson;q=0.9", SQL)
                        .header("Content-Type"))
                .startsWith(NDJSON);
        Answer none = rest.query("dev-ana", "text/html", SQL);
        assertThat(none.status()).isEqualTo(406);
        assertThat(none.json().path("code").asText()).isEqualTo("NOT_ACCEPTABLE");
    }

    @Test
    void anErrorBeforeTheFirstPageHasAStatusOfItsOwn() throws Exception {
        FakeRows.next = new Behaviour.Lose(0);
        for (String format : List.of(JSON, NDJSON, "text/csv", ARROW)) {
            Answer answer = rest.query("dev-ana", format, SQL);
            assertThat(answer.status()).as(format).isEqualTo(503);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
            assertThat(answer.header("Retry-After")).isNotEmpty();
            OutcomeRecord outcome = RecordingAudit.of(answer.queryId()).outcome();
            assertThat(outcome.status()).isEqualTo(OutcomeRecord.Status.FAILED);
            assertThat(outcome.code()).hasValue("SOURCE_UNAVAILABLE");
        }
    }

    @Test
    void aSourceLostInTheMiddleGivesAnOpenlyIncompleteResult() throws Exception {
        FakeRows.next = new Behaviour.Lose(20);
        Answer answer = rest.query("dev-ana", JSON, SQL);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").asText()).isEqualTo("incomplete");
        assertThat(answer.json().path("error").path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
        assertThat(answer.json().path("rowCount").asInt()).isEqualTo(20 * FakeRows.BATCH_ROWS);
        assertThat(RecordingAudit.of(answer.queryId()).outcome().status()).isEqualTo(OutcomeRecord.Status.SOURCE_LOST);
        assertThat(RecordingAudit.of(answer.queryId()).outcome().rows()).isEqualTo(20L * FakeRows.BATCH_ROWS);
        assertThat(rest.query("dev-ana", NDJSON, SQL).text())
                .contains("{\"$end\":{\"status\":\"incomplete\"")
                .doesNotContain("\"complete\"");
    }

    @Test
    void formatsWithoutAnEndOfTheirOwnBreakTheConnectionWhenASourceIsLost() {
        FakeRows.next = new Behaviour.Lose(20);
        assertThatThrownBy(() -> rest.query("dev-ana", ARROW, SQL)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> rest.query("dev-ana", "text/csv", SQL)).isInstanceOf(IOException.class);
    }

    @Test
    void aMissingSourceThatTheContractAllowsMakesThePartialPlain() throws Exception {
        FakeRows.next = new Behaviour.Miss("inventory");
        Answer answer = rest.query("dev-ana", JSON, SQL);
        assertThat(answer.json().path("status").asText()).isEqualTo("partial");
        assertThat(answer.json().path("incompleteSources").toString()).isEqualTo("[\"inventory\"]");
        assertThat(RecordingAudit.of(answer.queryId()).outcome().status()).isEqualTo(OutcomeRecord.Status.PARTIAL);
    }

    @Test
    void withoutARecordedDecisionNoSourceIsAsked() throws Exception {
        RecordingAudit.disk = RecordingAudit.Disk.GONE;
        int before = FakeRows.OPENED.get();
        Answer answer = rest.query("dev-ana", JSON, SQL);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("code").asText()).isEqualTo("AUDIT_UNAVAILABLE");
        assertThat(FakeRows.OPENED.get()).isEqualTo(before);
        assertThat(rest.get("dev-ana", "/api/v1/views").status()).isEqualTo(503);
        assertThat(rest.get("", "/q/health/ready").status()).isEqualTo(503);
    }

    @Test
    void thoseWhoAreSentAwayTogetherAreNotToldToComeBackTogether() throws Exception {
        RecordingAudit.disk = RecordingAudit.Disk.GONE;
        Set<Long> seconds = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            seconds.add(Long.parseLong(rest.query("dev-ana", JSON, SQL).header("Retry-After")));
        }
        assertThat(seconds).hasSizeGreaterThan(1).allMatch(each -> each >= 1 && each <= 4);
    }

    @Test
    void withoutARecordedOutcomeNothingIsCalledComplete() throws Exception {
        RecordingAudit.disk = RecordingAudit.Disk.GONE_FOR_OUTCOMES;
        Answer small = rest.query("dev-ana", JSON, SQL);
        assertThat(small.status()).isEqualTo(503);
        assertThat(small.json().path("code").asText()).isEqualTo("AUDIT_UNAVAILABLE");
        FakeRows.next = new Behaviour.Give(20_000);
        Answer large = rest.query("dev-ana", JSON, SQL);
        assertThat(large.status()).isEqualTo(200);
        assertThat(large.json().path("status").asText()).isEqualTo("incomplete");
    }

    @Test
    void aHiddenViewAndAnAbsentOneGiveTheSameBytes() throws Exception {
        Answer hidden = rest.query("dev-sam", JSON, "SELECT * FROM crm.customer_360");
        Answer absent = rest.query("dev-sam", JSON, "SELECT * FROM crm.customer_361");
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.sameForAll()).isEqualTo(absent.sameForAll().replace("361", "360"));
        assertThat(hidden.response().headers().map().keySet())
                .isEqualTo(absent.response().headers().map().keySet());
        for (String path : List.of("/api/v1/views/crm.customer_36%s", "/api/v1/views/crm.customer_36%s/rows")) {
            Answer first = rest.get("dev-sam", path.formatted("0"));
            Answer second = rest.get("dev-sam", path.formatted("1"));
            assertThat(first.status()).as(path).isEqualTo(404);
            assertThat(first.sameForAll()).isEqualTo(second.sameForAll().replace("361", "360"));
        }
    }

    @Test
    void aHiddenColumnAndAnAbsentOneGiveTheSameBytes() throws Exception {
        Answer hidden = rest.query("dev-ana", JSON, "SELECT card_number FROM crm.customer_360");
        Answer absent = rest.query("dev-ana", JSON, "SELECT card_nummer FROM crm.customer_360");
        assertThat(hidden.status()).isEqualTo(400);
        assertThat(hidden.sameForAll()).isEqualTo(absent.sameForAll().replace("nummer", "number"));
        for (String filter : List.of("card_number=4", "card_number.gt=x", "card_number.null=true")) {
            Answer first = rest.get("dev-ana", "/api/v1/views/crm.customer_360/rows?" + filter);
            Answer second =
                    rest.get("dev-ana", "/api/v1/views/crm.customer_360/rows?" + filter.replace("number", "nummer"));
            assertThat(first.status()).as(filter).isEqualTo(400);
            assertThat(first.sameForAll()).isEqualTo(second.sameForAll().replace("nummer", "number"));
        }
        assertThat(rest.get("dev-ana", "/api/v1/views/crm.customer_360").text()).doesNotContain("card_number");
        assertThat(rest.get("dev-stella", "/api/v1/views/crm.customer_360").text())
                .contains("card_number");
    }

    @Test
    void aDenialIsRecordedWithItsDecision() throws Exception {
        Answer denied = rest.query("dev-otto", JSON, SQL);
        assertThat(denied.status()).isEqualTo(403);
        RecordingAudit.Entry entry = RecordingAudit.of(denied.queryId());
        assertThat(entry.outcome().status()).isEqualTo(OutcomeRecord.Status.DENIED);
        assertThat(entry.decision().decision().orElseThrow().effect()).isEqualTo("deny");
        assertThat(entry.decision().views().getFirst().id()).isEqualTo("crm.customer_360@1.0.0");
    }

    @Test
    void anAnswerIsRecordedWithMasksFilterAndStatementButNoValue() throws Exception {
        Answer answer = rest.query("dev-ana", JSON, SQL + " WHERE city = 'Lisbon-canary'");
        RecordingAudit.Entry entry = RecordingAudit.of(answer.queryId());
        var facts = entry.decision().decision().orElseThrow();
        assertThat(facts.obligations().get("crm.customer_360@1.0.0").masks())
                .containsEntry("email", "email")
                .containsEntry("card_number", "hidden")
                .containsEntry("city", "none");
        assertThat(facts.obligations().get("crm.customer_360@1.0.0").rows()).isEqualTo("region eq ?");
        assertThat(entry.decision().statement().orElseThrow()).doesNotContain("canary");
        assertThat(entry.outcome().rows()).isEqualTo(3);
        assertThat(entry.outcome().bytes()).isPositive();
        assertThat(entry.outcome().sources().getFirst().source()).isEqualTo("crm/crm");
    }

    @Test
    void invalidStatementsAreRecordedToo() throws Exception {
        Answer answer = rest.query("dev-ana", JSON, "SELEC nothing");
        assertThat(answer.status()).isEqualTo(400);
        RecordingAudit.Entry entry = RecordingAudit.of(answer.queryId());
        assertThat(entry.decision().decision()).isEmpty();
        assertThat(entry.outcome().code()).hasValue("QUERY_INVALID");
    }

    @Test
    void bodiesThatAreNotExactlyWhatIsExpectedAreRefusedInSafeWords() throws Exception {
        for (String body : List.of(
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"sql\": 5}",
                "{\"sql\": null}",
                "{\"sql\": \"SELECT 1\", \"sql\": \"SELECT 2\"}",
                "{\"sql\": \"SELECT 1\", \"canary\": 1}",
                "{\"sql\": \"SELECT 1\"} {}",
                "{\"sql\": \"SELECT 1\", \"parameters\": [[1]]}",
                "{\"sql\": \"SELECT 1\", \"parameters\": [{\"date\": \"canary\"}]}",
                "{\"sql\": \"SELECT 1\", \"parameters\": [1e999999999]}",
                "{\"sql\": \"SELECT 1\", \"timeout\": \"canary\"}",
                "{\"sql\": \"SELECT 1\", \"timeout\": \"PT0S\"}",
                "{\"sql\": \"SELECT 1\", \"parameters\": " + "[".repeat(65) + "]".repeat(65) + "}")) {
            Answer answer = rest.post("dev-ana", JSON, "/api/v1/query", body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.header("Content-Type")).as(body).isEqualTo("application/problem+json");
            assertThat(answer.json().path("code").asText()).as(body).isEqualTo("REQUEST_INVALID");
            assertThat(answer.text()).as(body).doesNotContain("canary", "com.fasterxml", "io.belvedere.server");
        }
    }

    @Test
    void aBodyWithAnUnknownFieldIsToldTheKnownOnes() throws Exception {
        Answer answer = rest.post("dev-ana", JSON, "/api/v1/query", "{\"canary\": \"SELECT 1\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").asText())
                .contains("field that is not known here at line 1, column", "parameters", "sql", "timeout")
                .doesNotContain("canary");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        String body = "{\"sql\": \"" + "x".repeat(1024 * 1024) + "\"}";
        Answer answer = rest.post("dev-ana", JSON, "/api/v1/query", body);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("code").asText()).isEqualTo("BODY_TOO_LARGE");
    }

    @Test
    void unknownPathsMethodsAndTypesAreProblems() throws Exception {
        assertProblem(rest.get("dev-ana", "/nope"), 404, "NOT_FOUND");
        assertProblem(rest.get("dev-ana", "/api/v1/nope"), 404, "NOT_FOUND");
        assertProblem(rest.get("dev-ana", "/api/v1/query"), 405, "METHOD_NOT_ALLOWED");
        assertProblem(
                rest.send(rest.request("dev-ana", "/api/v1/query")
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"SELECT 1\"}"))),
                415,
                "MEDIA_TYPE_UNSUPPORTED");
        assertProblem(rest.get("dev-ana", "/api/v1/queries/not-an-id"), 404, "NOT_FOUND");
        assertProblem(rest.get("dev-ana", "/api/v1/views/not%20a%20view"), 404, "VIEW_NOT_FOUND");
    }

    private static void assertProblem(Answer answer, int status, String code) throws IOException {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").asText()).isEqualTo(code);
        assertThat(answer.json().path("type").asText()).endsWith("#" + code);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    }

    @Test
    void rowsAreReadByColumnsFiltersOrderAndLimit() throws Exception {
        Answer answer = rest.get(
                "dev-ana",
                "/api/v1/views/crm.customer_360@1/rows?columns=customer_id,city&city=Lisbon&lifetime_value.ge=10.50"
                        + "&customer_since.lt=2026-01-01T00:00:00&segment.in=gold,silver&last_order_at.null=false"
                        + "&order=-customer_id,city&limit=7");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("columns").findValuesAsText("name")).containsExactly("customer_id", "city");
        assertThat(RecordingAudit.of(answer.queryId()).decision().statement().orElseThrow())
                .contains("\"city\" = ?", "ORDER BY \"customer_id\" DESC");
        for (String bad : List.of(
                "limit=-1",
                "limit=100001",
                "limit=1&limit=2",
                "city.like=x",
                "Ci%22ty=x",
                "order=a%22",
                "columns=a%3Bb",
                "customer_id.null=maybe",
                "timeout=soon")) {
            Answer refused = rest.get("dev-ana", "/api/v1/views/crm.customer_360/rows?" + bad);
            assertThat(refused.status()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void aPlanIsShownInItsShapeOrInFull() throws Exception {
        String body = "{\"sql\": \"" + SQL + "\"}";
        JsonNode shape = rest.post("dev-ana", JSON, "/api/v1/explain", body).json();
        assertThat(shape.path("shape").asText()).isEqualTo("the shape");
        assertThat(shape.has("full")).isFalse();
        JsonNode full = rest.post("dev-stella", JSON, "/api/v1/explain", body).json();
        assertThat(full.path("full").path("wovenTree").asText()).isEqualTo("the woven tree");
        Answer text = rest.post("dev-ana", "text/plain", "/api/v1/explain", body);
        assertThat(text.header("Content-Type")).startsWith("text/plain");
        assertThat(text.text()).isEqualTo("the shape\n");
        assertThat(rest.post("dev-sam", JSON, "/api/v1/explain", body).status()).isEqualTo(404);
        assertThat(rest.post("dev-otto", JSON, "/api/v1/explain", body).status())
                .isEqualTo(403);
    }

    @Test
    void anExplainStatementAnswersWithLinesAndAsksNoSource() throws Exception {
        int before = FakeRows.OPENED.get();
        Answer answer = rest.query("dev-ana", JSON, "EXPLAIN " + SQL);
        assertThat(answer.json().path("columns").toString())
                .isEqualTo("[{\"name\":\"plan\",\"type\":\"varchar\",\"nullable\":false}]");
        assertThat(answer.json().path("rows").toString()).isEqualTo("[[\"the shape\"]]");
        assertThat(answer.json().path("status").asText()).isEqualTo("complete");
        assertThat(FakeRows.OPENED.get()).isEqualTo(before);
        assertThat(RecordingAudit.of(answer.queryId()).decision().operation()).isEqualTo(Operation.EXPLAIN);
        JsonNode plan = new ObjectMapper()
                .readTree(rest.query("dev-stella", JSON, "EXPLAIN (FORMAT JSON) " + SQL)
                        .json()
                        .path("rows")
                        .path(0)
                        .path(0)
                        .asText());
        assertThat(plan.path("full").path("wovenTree").asText()).isEqualTo("the woven tree");
        assertThat(rest.query("dev-sam", JSON, "EXPLAIN " + SQL).status()).isEqualTo(404);
        assertThat(rest.query("dev-otto", JSON, "EXPLAIN ANALYZE " + SQL).status())
                .isEqualTo(403);
    }

    @Test
    void explainAnalyzeRunsTheQueryDropsItsRowsAndIsRecordedAsWhatItIs() throws Exception {
        int before = FakeRows.OPENED.get();
        Answer answer = rest.query("dev-ana", JSON, "EXPLAIN ANALYZE " + SQL);
        assertThat(answer.text()).contains("result: 3 rows in ").doesNotContain("text-0", "sql-canary");
        assertThat(FakeRows.OPENED.get()).isEqualTo(before + 1);
        RecordingAudit.Entry entry = RecordingAudit.of(answer.queryId());
        assertThat(entry.decision().operation()).isEqualTo(Operation.ANALYZE);
        assertThat(entry.outcome().sources()).hasSize(1);
        Answer byDoor = rest.post("dev-ana", JSON, "/api/v1/explain?analyze=true", "{\"sql\": \"" + SQL + "\"}");
        assertThat(byDoor.json().path("ran").path("rows").asInt()).isEqualTo(3);
        assertThat(RecordingAudit.of(byDoor.queryId()).outcome().rows()).isZero();
        FakeRows.next = new Behaviour.Lose(0);
        assertThat(rest.query("dev-ana", JSON, "EXPLAIN ANALYZE " + SQL).status())
                .isEqualTo(503);
    }

    @Test
    void metricsCountAndSayNoValueNoStatementAndNoCaller() throws Exception {
        rest.query("dev-ana", JSON, SQL + " WHERE city = 'value-canary'");
        Answer metrics = rest.get("dev-omar", "/api/v1/metrics");
        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.text())
                .containsPattern("belvedere_requests_total\\{operation=\"query\",outcome=\"ok\"} [1-9]")
                .contains(
                        "belvedere_source_statements_total{shard=\"crm\",source=\"crm\",status=\"ok\"}",
                        "belvedere_admission_open 1",
                        "jvm_memory_used_bytes")
                .doesNotContain("canary", "SELECT", "Alvarez", "dev-ana", "\"ana\"");
        assertThat(rest.get("dev-ana", "/api/v1/metrics").sameForAll())
                .isEqualTo(rest.get("dev-ana", "/api/v1/catalog/problems").sameForAll());
    }

    @Test
    void aDecisionThatIsTooOldWhenTheSourceWouldBeAskedIsTakenAgain() throws Exception {
        FakeParts.planning = Duration.ofMillis(5_200);
        assertThat(rest.query("dev-ana", JSON, SQL).status()).isEqualTo(200);
        Path data = Laptop.folder().resolve("policy/data.json");
        String good = Files.readString(data);
        int before = FakeRows.OPENED.get();
        FakeParts.planned = new CountDownLatch(1);
        try {
            CompletableFuture<Answer> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return rest.query("dev-ana", JSON, SQL);
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            awaitState("dev-ana", "planning");
            Files.writeString(data, good.replace("\"analyst\": {", "\"nobody\": {"));
            awaitView(404);
            FakeParts.planned.countDown();
            Answer answer = running.get(60, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("code").asText()).isEqualTo("DECISION_CHANGED");
            assertThat(FakeRows.OPENED.get()).isEqualTo(before);
        } finally {
            FakeParts.planning = Duration.ZERO;
            FakeParts.planned.countDown();
            Files.writeString(data, good);
        }
        awaitView(200);
    }

    @Test
    void aRunningQueryIsSeenAndCancelledByItsCallerAndByAnOperatorOnly() throws Exception {
        FakeRows.next = new Behaviour.Wait();
        CompletableFuture<Answer> running = CompletableFuture.supplyAsync(() -> {
            try {
                return rest.query("dev-ana", JSON, SQL);
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        });
        String id = awaitRunning();
        assertThat(rest.get("dev-stella", "/api/v1/queries/" + id).status()).isEqualTo(404);
        assertThat(rest.delete("dev-stella", "/api/v1/queries/" + id).status()).isEqualTo(404);
        Answer own = rest.get("dev-ana", "/api/v1/queries/" + id);
        assertThat(own.json().path("timeline").findValues("fetch")).isEmpty();
        assertThat(own.json().path("timeline").findValuesAsText("name")).contains("resolve", "policy", "audit", "plan");
        JsonNode full = rest.get("dev-omar", "/api/v1/queries/" + id).json();
        assertThat(full.path("timeline").findValue("fetch").path("rows").asInt())
                .isEqualTo(7);
        assertThat(full.path("timeline").findValue("fetch").path("sql").asText())
                .as("another caller's constants are not an operator's business")
                .isEqualTo("SELECT ?");
        assertThat(rest.delete("dev-ana", "/api/v1/queries/" + id).status()).isEqualTo(200);
        Answer cancelled = running.get(60, TimeUnit.SECONDS);
        assertThat(cancelled.status()).isEqualTo(499);
        assertThat(cancelled.json().path("code").asText()).isEqualTo("CANCELLED");
        assertThat(RecordingAudit.of(cancelled.queryId()).outcome().status()).isEqualTo(OutcomeRecord.Status.CANCELLED);
        assertThat(rest.get("dev-ana", "/api/v1/queries/" + id)
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("cancelled");
    }

    private String awaitRunning() throws Exception {
        return awaitState("dev-ana", "running").getFirst();
    }

    /** The queries of this caller in this state, when there are some. */
    private List<String> awaitState(String token, String state) throws Exception {
        for (int i = 0; i < 1_200; i++) {
            List<String> found = inState(token, state);
            if (!found.isEmpty()) {
                return found;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the query never ran");
    }

    private List<String> inState(String token, String state) throws Exception {
        List<String> ids = new ArrayList<>();
        for (JsonNode query : rest.get(token, "/api/v1/queries").json().path("queries")) {
            if (query.path("state").asText().equals(state)) {
                ids.add(query.path("queryId").asText());
            }
        }
        return ids;
    }

    @Test
    void aCallerWithTooManyQueriesIsToldToWait() throws Exception {
        FakeRows.next = new Behaviour.Wait();
        List<CompletableFuture<Answer>> running = List.of(start(), start());
        Waiting.until("both run", () -> inState("dev-stella", "running").size() == 2);
        Answer third = rest.query("dev-stella", JSON, SQL);
        assertThat(third.status()).isEqualTo(429);
        assertThat(third.json().path("code").asText()).isEqualTo("TOO_MANY_QUERIES");
        assertThat(third.header("Retry-After")).isNotEmpty();
        assertThat(RecordingAudit.of(third.queryId()).outcome().code()).hasValue("TOO_MANY_QUERIES");
        for (JsonNode query : rest.get("dev-omar", "/api/v1/queries").json().path("queries")) {
            rest.delete("dev-omar", "/api/v1/queries/" + query.path("queryId").asText());
        }
        for (CompletableFuture<Answer> each : running) {
            assertThat(each.get(60, TimeUnit.SECONDS).status()).isEqualTo(499);
        }
    }

    private CompletableFuture<Answer> start() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return rest.query("dev-stella", JSON, SQL);
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    @Test
    void aDeadlineEndsAQueryThatWaits() throws Exception {
        FakeRows.next = new Behaviour.Give(0);
        Answer answer =
                rest.post("dev-ana", JSON, "/api/v1/query", "{\"sql\": \"" + SQL + "\", \"timeout\": \"PT0.000001S\"}");
        assertThat(answer.status()).isEqualTo(504);
        assertThat(RecordingAudit.of(answer.queryId()).outcome().status()).isEqualTo(OutcomeRecord.Status.TIMEOUT);
    }

    @Test
    void aBrokenFileIsQuarantinedWithItsPlaceWhileTheRestServes() throws Exception {
        Path file = Laptop.folder().resolve("views/broken.yaml");
        Files.writeString(
                file,
                "apiVersion: belvedere.io/v1\nkind: View\nmetadata: {name: crm.broken, version: 1.0.0, nope: 1}\n");
        try {
            JsonNode problem = awaitProblem("views/broken.yaml");
            assertThat(problem.path("line").asInt()).isPositive();
            assertThat(problem.path("column").asInt()).isPositive();
            assertThat(problem.path("code").asText()).isNotEmpty();
            assertThat(rest.query("dev-ana", JSON, SQL).status()).isEqualTo(200);
            assertThat(rest.get("dev-ana", "/api/v1/catalog/problems").status()).isEqualTo(404);
        } finally {
            Files.delete(file);
        }
        for (int i = 0; i < 1_200 && !problems().isEmpty(); i++) {
            Thread.sleep(50);
        }
        assertThat(problems()).isEmpty();
    }

    @Test
    void aBrokenPolicyLeavesTheOneBeforeInItsPlaceAndAGoodOneDecidesAtOnce() throws Exception {
        Path data = Laptop.folder().resolve("policy/data.json");
        String good = Files.readString(data);
        try {
            Files.writeString(data, good.substring(0, good.length() / 2));
            awaitProblem("data.json");
            assertThat(rest.query("dev-ana", JSON, SQL).status()).isEqualTo(200);
            Files.writeString(data, good.replace("\"analyst\": {", "\"nobody\": {"));
            awaitView(404);
            assertThat(rest.query("dev-ana", JSON, SQL).status()).isEqualTo(404);
        } finally {
            Files.writeString(data, good);
        }
        awaitView(200);
        assertThat(rest.query("dev-ana", JSON, SQL).status()).isEqualTo(200);
    }

    /** Waits until the policy that is in force shows the view, or does not. */
    private void awaitView(int status) throws Exception {
        int now = 0;
        for (int i = 0; i < 1_200 && now != status; i++) {
            Thread.sleep(50);
            now = rest.get("dev-ana", "/api/v1/views/crm.customer_360").status();
        }
        assertThat(now).isEqualTo(status);
    }

    private JsonNode problems() throws Exception {
        return rest.get("dev-omar", "/api/v1/catalog/problems").json().path("problems");
    }

    private JsonNode awaitProblem(String file) throws Exception {
        for (int i = 0; i < 1_200; i++) {
            for (JsonNode problem : problems()) {
                if (problem.path("file").asText().endsWith(file)) {
                    return problem;
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no problem in " + file);
    }
}
