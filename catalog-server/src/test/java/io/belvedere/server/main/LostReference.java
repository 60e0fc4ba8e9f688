package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The source that the sample's dimensions are kept of is lost and comes back, inside their bound and past it. */
final class LostReference {
    private static final String JSON = "application/json";
    private static final List<String> FILES = List.of("countries", "products", "stores");
    private static final String LATE = "SELECT * FROM fulfilment.late_orders ORDER BY order_id, line_no";
    private static final String CUSTOMERS = "SELECT * FROM crm.customer_360 ORDER BY customer_id";

    /** What is asked, and the dimensions that the answer is made of. */
    private static final Map<String, List<String>> QUESTIONS =
            Map.of(LATE, List.of("chain.products", "chain.stores"), CUSTOMERS, List.of("chain.countries"));

    private final CoffeeChain chain;
    private final ServedSample server;
    private final Rest rest;

    LostReference(CoffeeChain chain, ServedSample server, Rest rest) {
        this.chain = chain;
        this.server = server;
        this.rest = rest;
    }

    /** Answers do not change, and say how old they are, in the frame and in the log; no source is asked for what is kept. */
    void answersInsideTheBoundWithTheAgeShown() throws Exception {
        Map<String, JsonNode> before = new TreeMap<>();
        awaitKept(Instant.EPOCH, Duration.ofMinutes(15));
        for (String sql : QUESTIONS.keySet()) {
            before.put(sql, ok(sql).json().path("rows"));
        }
        Map<String, JsonNode> kept = kept();
        lose();
        try {
            for (String dimension : kept.keySet()) {
                JsonNode lost = refresh(dimension);
                assertThat(lost.path("failure").path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
                assertThat(generation(lost)).isEqualTo(generation(kept.get(dimension)));
            }
            for (Map.Entry<String, List<String>> question : QUESTIONS.entrySet()) {
                Answer answer = ok(question.getKey());
                assertThat(answer.json().path("rows")).isNotEmpty().isEqualTo(before.get(question.getKey()));
                assertThat(answer.json().path("sources").findValuesAsText("source"))
                        .isNotEmpty()
                        .doesNotContain("reference");
                assertThat(answer.json().path("dimensions").findValuesAsText("dimension"))
                        .containsExactlyInAnyOrderElementsOf(question.getValue());
                for (JsonNode reading : answer.json().path("dimensions")) {
                    JsonNode rows = kept.get(reading.path("dimension").asText());
                    assertThat(reading.path("asOf").asText())
                            .isEqualTo(rows.path("kept").path("asOf").asText());
                    assertThat(Duration.parse(reading.path("age").asText()))
                            .isBetween(Duration.ofMillis(1), Duration.ofMinutes(15));
                    assertThat(LogTool.show(
                                    server.folder(),
                                    "--request",
                                    answer.queryId().toString()))
                            .contains(reading.path("dimension").asText() + " as of "
                                    + reading.path("asOf").asText() + ", "
                                    + Duration.parse(reading.path("age").asText())
                                            .toMillis()
                                    + " ms old");
                }
                String frame = rest.query("dev-ana", "application/x-ndjson", question.getKey())
                        .text()
                        .lines()
                        .reduce("", (_, last) -> last);
                assertThat(frame).contains("\"complete\"", question.getValue().getFirst(), "\"age\"");
            }
        } finally {
            chain.reference().heal();
        }
        awaitKept(Instant.now(), Duration.ofMinutes(15));
        for (String sql : QUESTIONS.keySet()) {
            assertThat(ok(sql).json().path("rows")).isEqualTo(before.get(sql));
        }
    }

    /** No row, and a refusal that says which dimension is too old; a source that is back is taken up without being told. */
    void refusesPastTheBoundAndTakesUpASourceThatIsBack() throws Exception {
        Duration bound = Duration.ofSeconds(2);
        rewrite("every: 1m", "every: 1s", "maxStaleness: 15m", "maxStaleness: 2s");
        try {
            awaitKept(Instant.EPOCH, bound);
            lose();
            ServedChain.await("rows past their bound are dropped", () -> kept().isEmpty());
            for (Map.Entry<String, List<String>> question : QUESTIONS.entrySet()) {
                Answer answer = rest.query("dev-ana", JSON, question.getKey());
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                assertThat(answer.json().path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
                assertThat(answer.json().has("rows")).isFalse();
                for (String dimension : question.getValue()) {
                    assertThat(answer.json().path("detail").asText())
                            .startsWith("Source 'reference' ")
                            .contains("Dimension '" + dimension + "' has no rows that are at most 2 s old.");
                }
                assertThat(LogTool.show(
                                server.folder(), "--request", answer.queryId().toString()))
                        .contains("SOURCE_UNAVAILABLE", "failed");
            }
        } finally {
            chain.reference().heal();
            rewrite("every: 1s", "every: 1m", "maxStaleness: 2s", "maxStaleness: 15m");
        }
        awaitKept(Instant.now(), Duration.ofMinutes(15));
        for (String sql : QUESTIONS.keySet()) {
            assertThat(ok(sql).json().path("dimensions")).isNotEmpty();
        }
    }

    private void lose() {
        chain.reference().refuse();
        chain.reference().resetAll();
    }

    private void rewrite(String every, String otherEvery, String stale, String otherStale) throws IOException {
        for (String name : FILES) {
            Path file = server.folder().resolve("dimensions/" + name + ".yaml");
            Files.writeString(
                    file, Files.readString(file).replace(every, otherEvery).replace(stale, otherStale));
        }
    }

    private Answer ok(String sql) throws Exception {
        Answer answer = rest.query("dev-ana", JSON, sql);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("status").asText()).isEqualTo("complete");
        return answer;
    }

    private JsonNode refresh(String dimension) throws Exception {
        Answer answer = rest.post("dev-omar", JSON, "/api/v1/dimensions/" + dimension + "/refresh", "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static long generation(JsonNode dimension) {
        assertThat(dimension.path("kept").isMissingNode())
                .as(dimension.toString())
                .isFalse();
        return dimension.path("kept").path("generation").asLong();
    }

    /** The dimensions that have rows, by name. */
    private Map<String, JsonNode> kept() throws Exception {
        Map<String, JsonNode> kept = new TreeMap<>();
        for (JsonNode dimension :
                rest.get("dev-omar", "/api/v1/dimensions").json().path("dimensions")) {
            if (dimension.path("kept").path("asOf").isTextual()) {
                kept.put(dimension.path("name").asText(), dimension);
            }
        }
        return kept;
    }

    /** Waits until all have rows of that moment or later, under that bound. */
    private void awaitKept(Instant since, Duration bound) throws Exception {
        ServedChain.await("the dimensions are kept", () -> {
            List<JsonNode> young = new ArrayList<>();
            for (JsonNode dimension : kept().values()) {
                boolean recent = !Instant.parse(
                                dimension.path("kept").path("asOf").asText())
                        .isBefore(since);
                boolean bounded =
                        Duration.parse(dimension.path("maxStaleness").asText()).equals(bound);
                if (recent && bounded) {
                    young.add(dimension);
                }
            }
            return young.size() == FILES.size();
        });
    }
}
