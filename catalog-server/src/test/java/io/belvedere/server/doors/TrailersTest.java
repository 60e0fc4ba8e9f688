package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a result as an HTTP trailer, read off the wire: most clients drop trailers before anybody sees them. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class TrailersTest {
    private static final String BODY =
            "{\"sql\": \"SELECT customer_id, customer_name, lifetime_value FROM crm.customer_360\"}";

    @TestHTTPResource
    URI base;

    @BeforeEach
    void reset() {
        FakeRows.next = new Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/vnd.apache.arrow.stream", "text/csv", "application/x-ndjson", "application/json"})
    void whoTakesTrailersIsToldHowTheResultEnded(String format) throws IOException {
        String answer = exchange(format, "TE: trailers\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(head(answer)).containsIgnoringCase("\r\nTrailer: Belvedere-Result\r\n");
        assertThat(afterTheBody(answer))
                .startsWithIgnoringCase("Belvedere-Result: {\"status\":\"complete\",\"rowCount\":3,")
                .endsWith("}\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TE: deflate\r\n"})
    void whoDoesNotIsSentNone(String header) throws IOException {
        String answer = exchange("application/vnd.apache.arrow.stream", header);
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(head(answer)).doesNotContainIgnoringCase("\r\nTrailer:");
        assertThat(afterTheBody(answer)).isEqualTo("\r\n");
    }

    private String exchange(String format, String header) throws IOException {
        String request =
                "POST /api/v1/query HTTP/1.1\r\nHost: belvedere\r\nConnection: close\r\nAuthorization: Bearer dev-ana\r\n"
                        + "Accept: " + format + "\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length()
                        + "\r\n"
                        + header + "\r\n" + BODY;
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String head(String answer) {
        return answer.substring(0, answer.indexOf("\r\n\r\n") + 2);
    }

    /** What follows the chunk of no bytes with which a chunked body ends (RFC 9112, 7.1). */
    private static String afterTheBody(String answer) {
        String lastChunk = "\r\n0\r\n";
        return answer.substring(answer.lastIndexOf(lastChunk) + lastChunk.length());
    }
}
