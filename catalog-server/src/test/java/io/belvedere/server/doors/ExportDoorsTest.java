package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.QueryId;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.doors.Rest.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that are taken away as a file: who may, in which formats, and that half a file never looks like a whole one. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class ExportDoorsTest {
    private static final String SQL = "SELECT customer_id, customer_name, lifetime_value FROM crm.customer_360";
    private static final String CSV = "text/csv";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final String ARROW = "application/vnd.apache.arrow.file";
    private static final ObjectMapper JSON = new ObjectMapper();

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

    private Answer export(String token, String accept, String sql) throws Exception {
        return rest.post(
                token,
                accept,
                "/api/v1/export",
                JSON.writeValueAsString(JSON.createObjectNode().put("sql", sql)));
    }

    @Test
    void aCsvFileHasANameItsRowsAndALastLineThatSaysItIsWhole() throws Exception {
        Answer answer = export("dev-stella", "*/*", SQL);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith(CSV);
        assertThat(answer.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"belvedere-" + answer.queryId() + ".csv\"");
        assertThat(answer.text())
                .startsWith("customer_id,customer_name,lifetime_value\r\n9007199254740993,text-0,0.00\r\n")
                .containsPattern("\r\n# \\{\"status\":\"complete\",\"rowCount\":3,.*}\r\n$");
        RecordingAudit.Entry entry = RecordingAudit.of(answer.queryId());
        assertThat(entry.decision().operation()).isEqualTo(Operation.EXPORT);
        assertThat(entry.outcome().rows()).isEqualTo(3);
        assertThat(entry.outcome().bytes()).isPositive();
    }

    @Test
    void parquetAndArrowFilesEndWithTheirFooter() throws Exception {
        Answer parquet = export("dev-stella", PARQUET, SQL);
        assertThat(parquet.header("Content-Disposition")).endsWith(".parquet\"");
        assertThat(new String(parquet.response().body(), StandardCharsets.ISO_8859_1))
                .startsWith("PAR1")
                .endsWith("PAR1")
                .contains("belvedere.result", "\"status\":\"complete\",\"rowCount\":3");
        Answer arrow = export("dev-stella", ARROW, SQL);
        assertThat(arrow.header("Content-Disposition")).endsWith(".arrow\"");
        try (RootAllocator memory = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(
                        new ByteArrayReadableSeekableByteChannel(
                                arrow.response().body()),
                        memory)) {
            assertThat(reader.loadNextBatch()).isTrue();
            assertThat(reader.getVectorSchemaRoot().getRowCount()).isEqualTo(3);
            assertThat(reader.loadNextBatch()).isFalse();
        }
    }

    @Test
    void whoMayReadAndNotExportIsRefusedAndWhoMayNotKnowIsToldNothing() throws Exception {
        int before = FakeRows.OPENED.get();
        assertThat(rest.query("dev-ana", "application/json", SQL).status()).isEqualTo(200);
        Answer refused = export("dev-ana", CSV, SQL);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("code").asText()).isEqualTo("FORBIDDEN");
        Answer hidden = export("dev-sam", CSV, SQL);
        Answer absent = export("dev-sam", CSV, SQL.replace("customer_360", "customer_999"));
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.sameForAll().replace("customer_360", "customer_999")).isEqualTo(absent.sameForAll());
        assertThat(FakeRows.OPENED.get()).isEqualTo(before + 1);
        assertThat(RecordingAudit.of(refused.queryId()).outcome().status()).isEqualTo(OutcomeRecord.Status.DENIED);
        assertThat(RecordingAudit.of(refused.queryId()).decision().operation()).isEqualTo(Operation.EXPORT);
    }

    @Test
    void otherFormatsAndOtherStatementsAreNoExport() throws Exception {
        assertThat(export("dev-stella", "application/json", SQL).status()).isEqualTo(406);
        assertThat(export("dev-stella", CSV, "EXPLAIN " + SQL).status()).isEqualTo(400);
    }

    @Test
    void anExportLacksNoSourceWhereAQueryMay() throws Exception {
        FakeRows.next = new Behaviour.Miss("fake");
        assertThat(rest.query("dev-stella", "application/json", SQL)
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("partial");
        for (String format : List.of(CSV, PARQUET, ARROW)) {
            Answer answer = export("dev-stella", format, SQL);
            assertThat(answer.status()).as(format).isEqualTo(503);
            assertThat(answer.json().path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
        }
    }

    @Test
    void anExportThatFailsEarlyHasAStatusOfItsOwn() throws Exception {
        FakeRows.next = new Behaviour.Lose(1);
        for (String format : List.of(CSV, PARQUET, ARROW)) {
            Answer answer = export("dev-stella", format, SQL);
            assertThat(answer.status()).as(format).isEqualTo(503);
            assertThat(answer.header("Content-Disposition")).as(format).isEmpty();
            assertThat(answer.header("Content-Encoding")).as(format).isEmpty();
        }
    }

    @Test
    void anExportThatFailsLateBreaksTheConnectionAndItsFileHasNoEnd() throws Exception {
        // The Parquet file of so many rows has its first group out.
        FakeRows.next = new Behaviour.Lose(280);
        for (String format : List.of(CSV, PARQUET, ARROW)) {
            assertThatThrownBy(() -> export("dev-stella", format, SQL))
                    .as(format)
                    .isInstanceOf(IOException.class);
            for (String coding : List.of("identity", "gzip", "zstd")) {
                String wire = wire(format, coding, SQL);
                assertThat(wire).as(format + " " + coding).startsWith("HTTP/1.1 200");
                assertThat(wire)
                        .as(format + " " + coding)
                        .doesNotContain("\"status\":\"complete\"")
                        .doesNotEndWith("0\r\n\r\n");
                assertThat(outcome(wire).status()).isEqualTo(OutcomeRecord.Status.SOURCE_LOST);
            }
        }
    }

    @Test
    void anExportHasLimitsOfRowsAndBytes() throws Exception {
        FakeRows.next = new Behaviour.Give(Laptop.EXPORT_ROWS_MAX + 1);
        String rows = wire(PARQUET, "identity", SQL);
        assertThat(rows).doesNotEndWith("0\r\n\r\n");
        assertThat(outcome(rows).status()).isEqualTo(OutcomeRecord.Status.LIMIT);
        FakeRows.next = new Behaviour.Give(Laptop.EXPORT_ROWS_MAX);
        assertThat(export("dev-stella", PARQUET, SQL).status()).isEqualTo(200);
        String bytes = wire(CSV, "identity", SQL.replace(" FROM", ", city, email, customer_name AS again FROM"));
        assertThat(bytes).doesNotEndWith("0\r\n\r\n").contains("LIMIT_EXCEEDED");
        assertThat(outcome(bytes).status()).isEqualTo(OutcomeRecord.Status.LIMIT);
        assertThat(outcome(bytes).bytes()).isLessThan((Laptop.EXPORT_MIB_MAX + 1) << 20);
    }

    @Test
    void aWaitingExportStandsInNobodysWay() throws Exception {
        FakeRows.next = new Behaviour.Wait();
        CompletableFuture<Answer> waits = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return export("dev-stella", CSV, SQL);
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                },
                Thread.ofVirtual()::start);
        int before = FakeRows.OPENED.get();
        while (FakeRows.OPENED.get() == before && !waits.isDone()) {
            Thread.sleep(10);
        }
        FakeRows.next = new Behaviour.Give(1);
        for (int i = 0; i < 3; i++) {
            assertThat(rest.query("dev-stella", "application/json", SQL).status())
                    .isEqualTo(200);
        }
        String id = rest.get("dev-stella", "/api/v1/queries")
                .json()
                .path("queries")
                .valueStream()
                .filter(query -> query.path("state").asText().equals("running"))
                .findFirst()
                .orElseThrow()
                .path("queryId")
                .asText();
        rest.delete("dev-stella", "/api/v1/queries/" + id);
        assertThat(waits.get().json().path("code").asText()).isEqualTo("CANCELLED");
    }

    private static OutcomeRecord outcome(String wire) {
        Matcher id = Pattern.compile("(?i)Belvedere-Query-Id: (\\S+)").matcher(wire);
        assertThat(id.find()).isTrue();
        return RecordingAudit.of(QueryId.parse(id.group(1))).outcome();
    }

    /** What comes over the wire until the server ends it, each byte a character. */
    private String wire(String format, String coding, String sql) throws IOException {
        String body = "{\"sql\": \"" + sql + "\"}";
        String request =
                "POST /api/v1/export HTTP/1.1\r\nHost: belvedere\r\nConnection: close\r\nAuthorization: Bearer dev-stella\r\n"
                        + "Accept: " + format + "\r\nAccept-Encoding: " + coding
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
