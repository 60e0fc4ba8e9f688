package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wait for silent connections, made short: who says nothing is let go, and who waits for rows is not. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
@TestProfile(IdleConnectionsTest.ShortWaits.class)
class IdleConnectionsTest {
    private static final String BODY = "{\"sql\": \"SELECT city FROM crm.customer_360\"}";

    /** The same rule as in production, in seconds: silence may last longer than any query. */
    public static final class ShortWaits implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.idle-timeout", "10s",
                    "belvedere.limits.timeout-max", "PT9S",
                    "belvedere.exports.timeout-max", "PT9S");
        }
    }

    @TestHTTPResource
    URI base;

    @BeforeEach
    void reset() {
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
    }

    @Test
    void aConnectionOnWhichNobodySaysAnythingIsClosed() throws IOException {
        try (Socket silent = open();
                Socket half = open()) {
            half.getOutputStream().write("GET /q/health/live HTTP/1.1\r\nHost: b".getBytes(StandardCharsets.US_ASCII));
            half.getOutputStream().flush();
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(new String(half.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .doesNotContain(" 200 ");
        }
    }

    @Test
    void aQueryThatIsSilentForAWhileGetsItsAnswer() throws IOException {
        FakeRows.next = new Behaviour.Give(1);
        FakeParts.planning = Duration.ofSeconds(3);
        try (Socket socket = open()) {
            String request =
                    "POST /api/v1/query HTTP/1.1\r\nHost: belvedere\r\nConnection: close\r\nAuthorization: Bearer dev-ana\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            try (InputStream answer = socket.getInputStream()) {
                assertThat(new String(answer.readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200")
                        .contains("\"status\":\"complete\"");
            }
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }
}
