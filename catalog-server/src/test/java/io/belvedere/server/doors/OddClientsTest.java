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
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client library would send. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class OddClientsTest {
    private static final String BODY = "{\"sql\": \"SELECT city FROM crm.customer_360\"}";

    @TestHTTPResource
    URI base;

    @BeforeEach
    void reset() {
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
        FakeRows.next = new Behaviour.Give(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "a/b/c", ";q=1", "text/", "/csv", "text/csv, nothing", "*/json"})
    void anAcceptThatCannotBeReadOrMetIsRefused(String accept) throws IOException {
        assertThat(answer("POST /api/v1/query HTTP/1.1", "Host: belvedere\r\nAccept: " + accept + "\r\n", BODY))
                .satisfiesAnyOf(
                        answer -> assertThat(answer).startsWith("HTTP/1.1 406").contains("NOT_ACCEPTABLE"),
                        answer -> assertThat(answer).startsWith("HTTP/1.1 200").contains("complete"));
        assertThat(answer("GET /api/v1/views HTTP/1.1", "Host: belvedere\r\nAccept: " + accept + "\r\n", ""))
                .doesNotStartWith("HTTP/1.1 500");
    }

    @Test
    void anAcceptThatIsNoMediaTypeIsNamed() throws IOException {
        assertThat(answer("GET /api/v1/views HTTP/1.1", "Host: belvedere\r\nAccept: garbage\r\n", ""))
                .startsWith("HTTP/1.1 406")
                .contains("NOT_ACCEPTABLE");
    }

    @Test
    void aRequestOfHttp10NeedsNoHost() throws IOException {
        assertThat(answer("GET /api/v1/views HTTP/1.0", "", ""))
                .startsWith("HTTP/1.0 200")
                .contains("\"views\":[");
        assertThat(answer("POST /api/v1/query HTTP/1.0", "", BODY))
                .startsWith("HTTP/1.0 200")
                .contains("\"status\":\"complete\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/views", "/q/health/live", "/nothing"})
    void aRequestOfHttp11WithoutAHostIsAProblem(String path) throws IOException {
        assertThat(answer("GET " + path + " HTTP/1.1", "Host: belvedere\r\n", ""))
                .doesNotContain("REQUEST_INVALID");
        String refused = answer("GET " + path + " HTTP/1.1", "", "");
        assertThat(refused.lines().findFirst()).contains("HTTP/1.1 400 Bad Request");
        assertThat(refused.toLowerCase(Locale.ROOT))
                .contains("content-type: application/problem+json", "cache-control: no-store");
        assertThat(refused).contains("\"code\":\"REQUEST_INVALID\"").doesNotContain("queryId", "Exception", path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/views/%00", "/api/v1/views/%ff", "/api/v1/views/..%2f..%2fetc", "/%2e%2e/"})
    void aPathThatNamesNothingIsNotFound(String path) throws IOException {
        assertThat(answer("GET " + path + " HTTP/1.1", "Host: belvedere\r\n", ""))
                .startsWith("HTTP/1.1 404");
    }

    private String answer(String request, String headers, String body) throws IOException {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(60_000);
            String text = request + "\r\n" + headers + "Connection: close\r\nAuthorization: Bearer dev-ana\r\n"
                    + (body.isEmpty()
                            ? ""
                            : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n")
                    + "\r\n" + body;
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
