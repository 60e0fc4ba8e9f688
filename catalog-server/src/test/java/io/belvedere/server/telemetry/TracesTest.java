package io.belvedere.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.QueryId;
import io.belvedere.policy.Allow;
import io.belvedere.server.pipeline.QueryStatus;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Spans as a receiver of OTLP gets them, byte for byte. */
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static QueryStatus status() {
        Timeline.FetchFacts fetch =
                new Timeline.FetchFacts("orders", "orders_0", "SELECT 'sql-canary'", "00", 7, 42, 420, 2, "ok");
        return new QueryStatus(
                new QueryId(UUID.fromString("01a205c0-3163-7aba-ae6c-dfa65fed323f")),
                new Caller("issuer", "subject-canary", "Name Canary", Caller.Kind.HUMAN, Set.of("analyst"), Map.of()),
                Operation.QUERY,
                "ok",
                Instant.now(),
                Duration.ofMillis(30),
                List.of("view.canary@1.0.0"),
                Optional.of("SELECT statement_canary"),
                42,
                Optional.empty(),
                Allow.Detail.SHAPE,
                List.of(
                        new Timeline.Entry("policy", Duration.ZERO, Duration.ofMillis(1), Optional.empty()),
                        new Timeline.Entry("f0", Duration.ofMillis(2), Duration.ofMillis(20), Optional.of(fetch))));
    }

    private static OutcomeRecord outcome() {
        return new OutcomeRecord(
                OutcomeRecord.Status.OK,
                Optional.empty(),
                42,
                420,
                Optional.empty(),
                Duration.ofMillis(30),
                List.of(),
                List.of());
    }

    private static String received(Optional<String> traceparent) throws Exception {
        ByteArrayOutputStream bodies = new ByteArrayOutputStream();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/v1/traces", exchange -> {
            exchange.getRequestBody().transferTo(bodies);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        try (Traces traces =
                Traces.to(URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/traces"), "test")) {
            traces.ended(status(), traceparent, outcome());
        } finally {
            receiver.stop(1);
        }
        return bodies.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aRequestItsStepsItsFragmentsAndTheirStatementsAreSpansOfTheCallersTrace() throws Exception {
        String sent = received(Optional.of("00-" + TRACE + "-00f067aa0ba902b7-01"));
        assertThat(sent)
                .contains("belvedere query", "policy", "fragment f0", "statement orders", "orders_0")
                .contains(new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1))
                .doesNotContainIgnoringCase("canary")
                .doesNotContain("SELECT");
    }

    @Test
    void aHeaderThatIsNoTraceIsAsGoodAsNone() throws Exception {
        assertThat(received(Optional.of("'; DROP TABLE canary")))
                .contains("belvedere query")
                .doesNotContain("canary");
    }

    @Test
    void aReceiverThatIsNotThereCostsNothingButTheSpans() {
        try (Traces traces = Traces.to(URI.create("http://127.0.0.1:1/v1/traces"), "test")) {
            traces.ended(status(), Optional.empty(), outcome());
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
