package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.STELLA;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in an OPA server's place and is none: whatever it says, nothing is granted. */
class OddOpaServerTest {
    /** Far longer than a silent server is listened to. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private static final int TRIES_MAX = 60;

    private HttpServer server;
    private volatile Answer answer = new Answer(200, "application/json", "{}");
    private final AtomicInteger asked = new AtomicInteger();

    private record Answer(int status, String type, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        Answer now = answer;
        byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", now.type());
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private OpaServerGate gate() {
        return OpaServerGate.open(new OpaAddress(address(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    500 | application/json | {"code":"internal_error","message":"out of order"}
                    404 | application/json | {}
                    401 | application/json | {"result":{"effect":"allow"},"provenance":{}}
                    302 | application/json | {"result":{"effect":"allow"},"provenance":{}}
                    204 | application/json | ~~
                    200 | text/html        | <html>allow</html>
                    """)
    void anAnswerThatIsNoDecisionIsNoAnswer(int status, String type, String body) {
        answer = new Answer(status, type, body);
        assertRefused(PolicyError.POLICY_UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"result\":null,\"provenance\":{}}",
                "{\"result\":true,\"provenance\":{}}",
                "{\"result\":\"true\",\"provenance\":{}}",
                "{\"result\":{\"allow\":true,\"revision\":\"x\"},\"provenance\":{}}",
                "{\"result\":{\"effect\":\"allow\",\"reason\":\"a\",\"revision\":\"x\",\"detail\":\"full\",\"views\":{}},\"provenance\":{}}",
                "{\"result\":{\"effect\":\"allow\"",
                "{\"result\":{},\"result\":{},\"provenance\":{}}",
                "{\"result\":{},\"provenance\":{},\"warning\":{}}",
                "[]",
                ""
            })
    void anAnswerThatLeavesSomethingOpenIsInvalid(String body) {
        answer = new Answer(200, "application/json", body);
        assertRefused(PolicyError.POLICY_INVALID);
    }

    @Test
    void anAnswerWithoutEndIsGivenUp() {
        answer = new Answer(200, "application/json", "{\"result\":\"" + "x".repeat(10_000_000) + "\"}");
        assertRefused(PolicyError.POLICY_UNAVAILABLE);
    }

    @Test
    void aSilentServerIsAskedTwiceAndThenGivenUpInTime() throws IOException {
        server.removeContext("/");
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            pause(SILENCE);
        });
        try (OpaServerGate gate = gate()) {
            int before = asked.get();
            long begin = System.nanoTime();
            assertThatThrownBy(() -> gate.decide(request(STELLA, Operation.QUERY, CUSTOMERS)))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            e -> assertThat(e.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE));
            Duration taken = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(taken).isLessThan(SILENCE);
            // The pulse asks beside, about once a second.
            assertThat(asked.get() - before).isBetween(2, 4 + 2 * (int) taken.toSeconds());
        }
    }

    @Test
    void serversThatAnswerByTurnsWithTwoPoliciesAreTold() throws InterruptedException {
        answer = denial("1");
        try (OpaServerGate gate =
                OpaServerGate.open(new OpaAddress(address(), Optional.empty()), Duration.ofMillis(300))) {
            decide(gate);
            assertThat(gate.serversDisagree()).isFalse();
            long until = System.nanoTime() + SILENCE.toNanos();
            for (int turn = 0; !gate.serversDisagree(); turn++) {
                assertThat(System.nanoTime()).as("told in time").isLessThan(until);
                answer = denial(turn % 2 == 0 ? "2" : "1");
                decide(gate);
            }
            while (gate.serversDisagree()) {
                assertThat(System.nanoTime()).as("over in time").isLessThan(until);
                decide(gate);
            }
        }
    }

    private static Answer denial(String revision) {
        return new Answer(
                200,
                "application/json",
                "{\"result\":{\"effect\":\"deny\",\"reason\":\"no.role\",\"revision\":\"" + revision
                        + "\",\"detail\":\"shape\",\"views\":{\"crm.customer_360@1.2.0\":{\"access\":\"none\"}}},\"provenance\":{}}");
    }

    private static void decide(OpaServerGate gate) {
        try {
            Decision _ = gate.decide(request(STELLA, Operation.QUERY, CUSTOMERS));
        } catch (BelvedereException late) {
            // A busy machine may take longer for an answer than the gate waits.
            assertThat(late.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://opa.example:8181",
                "http://10.0.0.7:8181",
                "ftp://127.0.0.1",
                "https://user:secret@opa.example",
                "https://opa.example/?provenance=false",
                "https://opa.example/#x",
                "opa.example",
                "file:///tmp/opa"
            })
    void anAddressThatOthersCouldAnswerAtIsRefused(String address) {
        assertThatThrownBy(() -> new OpaAddress(URI.create(address), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("OPA server");
    }

    private void assertRefused(PolicyError code) {
        try (OpaServerGate gate = gate()) {
            ErrorCode seen = refusal(gate);
            // A busy machine may take longer for an answer than the gate waits.
            for (int tries = 1; !seen.equals(code) && seen.equals(PolicyError.POLICY_UNAVAILABLE); tries++) {
                assertThat(tries).as("questions until an answer comes in time").isLessThan(TRIES_MAX);
                seen = refusal(gate);
            }
            assertThat(seen).isEqualTo(code);
            assertThat(gate.problem().map(BelvedereException::code).orElseThrow())
                    .isIn(code, PolicyError.POLICY_UNAVAILABLE);
            assertThat(gate.revision()).isEqualTo("none");
        }
    }

    private static ErrorCode refusal(OpaServerGate gate) {
        try {
            Decision decision = gate.decide(request(STELLA, Operation.QUERY, CUSTOMERS));
            throw new AssertionError("decided: " + decision);
        } catch (BelvedereException refused) {
            return refused.code();
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
