package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.doors.Rest.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What travels: compressed answers, packed bodies, requests that come too fast, other sites, words that do not show. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class WireDoorsTest {
    private static final String BODY =
            "{\"sql\": \"SELECT customer_id, customer_name, lifetime_value FROM crm.customer_360\"}";

    @TestHTTPResource
    URI base;

    private Rest rest;

    @BeforeEach
    void reset() {
        rest = new Rest(base);
        FakeRows.next = new Behaviour.Give(2_000);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
    }

    private Answer query(String accept, String... headers) throws Exception {
        return rest.send(request(accept, BODY.getBytes(StandardCharsets.UTF_8), headers));
    }

    private HttpRequest.Builder request(String accept, byte[] body, String... headers) {
        HttpRequest.Builder request = rest.request("dev-ana", "/api/v1/query")
                .header("Accept", accept)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static String rows(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('#'));
    }

    @Test
    void anAnswerIsCompressedAsTheClientWantsAndIsTheSame() throws Exception {
        byte[] plain = query("text/csv").response().body();
        for (String coding : List.of("gzip", "zstd")) {
            Answer answer = query("text/csv", "Accept-Encoding", coding);
            assertThat(answer.header("Content-Encoding")).isEqualTo(coding);
            assertThat(answer.header("Vary")).contains("Accept-Encoding");
            byte[] body = answer.response().body();
            assertThat(body.length).isLessThan(plain.length / 2);
            InputStream in = new ByteArrayInputStream(body);
            try (InputStream decoded = coding.equals("gzip") ? new GZIPInputStream(in) : new ZstdInputStream(in)) {
                assertThat(rows(decoded.readAllBytes())).isEqualTo(rows(plain));
            }
        }
        assertThat(query("text/csv", "Accept-Encoding", "br").header("Content-Encoding"))
                .isEmpty();
        assertThat(query("text/csv", "Accept-Encoding", "identity;q=0").status())
                .isEqualTo(406);
    }

    @Test
    void aSmallAnswerAndAProblemStayPlain() throws Exception {
        FakeRows.next = new Behaviour.Give(1);
        assertThat(query("application/json", "Accept-Encoding", "gzip").header("Content-Encoding"))
                .isEmpty();
        FakeRows.next = new Behaviour.Lose(0);
        Answer problem = query("application/json", "Accept-Encoding", "gzip");
        assertThat(problem.header("Content-Encoding")).isEmpty();
        assertThat(problem.json().path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
    }

    @Test
    void aCompressedJsonResultThatFailsLateSaysSo() throws Exception {
        FakeRows.next = new Behaviour.Lose(20);
        for (String coding : List.of("gzip", "zstd")) {
            InputStream in = new ByteArrayInputStream(query("application/json", "Accept-Encoding", coding)
                    .response()
                    .body());
            try (InputStream decoded = coding.equals("gzip") ? new GZIPInputStream(in) : new ZstdInputStream(in)) {
                assertThat(new String(decoded.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"status\":\"incomplete\",\"rowCount\":10000");
            }
        }
    }

    @Test
    void aPackedBodyIsRefusedUnread() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[50 << 20]);
        }
        for (String coding : List.of("gzip", "GZIP", "zstd", "br", "gzip, identity")) {
            Answer answer = rest.send(request("application/json", packed.toByteArray(), "Content-Encoding", coding));
            assertThat(answer.status()).as(coding).isEqualTo(415);
            assertThat(answer.json().path("code").asText()).isEqualTo("MEDIA_TYPE_UNSUPPORTED");
            assertThat(answer.header("Accept-Encoding")).isEqualTo("identity");
        }
        assertThat(rest.send(request(
                                "application/json",
                                BODY.getBytes(StandardCharsets.UTF_8),
                                "Content-Encoding",
                                "identity"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whoAsksTooFastIsSentAwayAloneAndCanStillStopQueries() throws Exception {
        Answer refused = null;
        int asked = 0;
        while (refused == null && asked < 20 * Laptop.REQUESTS_AT_ONCE) {
            Answer answer = rest.get("dev-otto", "/api/v1/views/crm.none");
            asked++;
            assertThat(answer.status()).isIn(404, 429);
            refused = answer.status() == 429 ? answer : null;
        }
        assertThat(asked).isGreaterThan(Laptop.REQUESTS_AT_ONCE);
        assertThat(refused).isNotNull();
        assertThat(refused.json().path("code").asText()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(refused.response().headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 4L);
        assertThat(rest.get("dev-otto", "/api/v1/queries").status()).isEqualTo(200);
        assertThat(rest.get("dev-ana", "/api/v1/views").status()).isEqualTo(200);
        assertThat(rest.get("", "/q/health/live").status()).isEqualTo(200);
        assertThat(rest.get("dev-omar", "/api/v1/metrics").text())
                .containsPattern("belvedere_rates_refused_total\\{limit=\"requests\"} [1-9]")
                .doesNotContain("otto");
        long giveUp = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (RecordingAudit.ENTRIES.stream()
                        .noneMatch(entry -> entry.outcome()
                                .code()
                                .filter("TOO_MANY_REQUESTS"::equals)
                                .isPresent())
                && System.nanoTime() < giveUp) {
            Thread.sleep(20);
        }
        assertThat(RecordingAudit.ENTRIES)
                .filteredOn(entry -> entry.outcome()
                        .code()
                        .filter("TOO_MANY_REQUESTS"::equals)
                        .isPresent())
                .hasSize(1);
    }

    @Test
    void noOtherSiteIsLetIn() throws Exception {
        for (String path : List.of("/api/v1/views", "/q/health/live")) {
            Answer answer = rest.send(rest.request("dev-ana", path)
                    .header("Origin", "https://elsewhere.example")
                    .GET());
            assertThat(answer.response().headers().map())
                    .as(path)
                    .noneSatisfy((name, _) -> assertThat(name).startsWithIgnoringCase("access-control-"));
        }
        Answer asked = rest.send(rest.request("", "/api/v1/query")
                .header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.response().headers().map())
                .noneSatisfy((name, _) -> assertThat(name).startsWithIgnoringCase("access-control-"));
    }

    @Test
    void aPurposeShowsWhole() throws Exception {
        for (String hidden : List.of("a\\u0000b", "a\\nb", "a\\u001b[31mb", "a\\u202eb", "a\\u2028b", "\\u200b", " ")) {
            for (String field : List.of("purpose", "breakGlass")) {
                Answer answer = rest.post(
                        "dev-ana",
                        "application/json",
                        "/api/v1/query",
                        BODY.replace("}", ", \"" + field + "\": \"" + hidden + "\"}"));
                assertThat(answer.status()).as(field + " " + hidden).isEqualTo(400);
                assertThat(answer.json().path("code").asText()).isEqualTo("REQUEST_INVALID");
            }
        }
        assertThat(rest.post(
                                "dev-ana",
                                "application/json",
                                "/api/v1/query",
                                BODY.replace("}", ", \"purpose\": \"Jahresabschluß, 第三季度\"}"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void rowsArriveWhileTheResultGoesOnAlsoCompressed() throws IOException {
        // A batch that is larger than the first page, then nothing for as long as this test likes.
        FakeRows.next = new Behaviour.GiveAndWait(8_000);
        for (String coding : List.of("gzip", "zstd")) {
            HttpStream stream = HttpStream.open(base, "dev-stella", "application/x-ndjson", coding, BODY);
            try (stream) {
                assertThat(stream.decoded(coding).readNBytes(300_000)).hasSize(300_000);
            }
        }
    }
}
