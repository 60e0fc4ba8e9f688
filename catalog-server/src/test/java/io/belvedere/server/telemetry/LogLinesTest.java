package io.belvedere.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.StreamHandler;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private static String received(Runnable work) throws IOException {
        ByteArrayOutputStream bodies = new ByteArrayOutputStream();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/v1/logs", exchange -> {
            exchange.getRequestBody().transferTo(bodies);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        URI endpoint = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/logs");
        try (LogLines _ = LogLines.begin(LogLines.Form.TEXT, Optional.of(endpoint), "test")) {
            work.run();
        } finally {
            receiver.stop(1);
        }
        return bodies.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLineGoesToTheReceiverWithoutWhatAnExceptionSays() throws IOException {
        String sent = received(() -> Logger.getLogger("io.belvedere.test")
                .log(Level.WARNING, "the words of the line", new IllegalStateException("value-canary")));
        assertThat(sent)
                .contains("the words of the line", "io.belvedere.test", "WARNING", "java.lang.IllegalStateException")
                .contains("belvedere")
                .doesNotContain("canary");
    }

    @Test
    void whatSendingLogsIsNotSent() throws IOException {
        String sent = received(() -> {
            Logger.getLogger("io.opentelemetry.exporter").log(Level.WARNING, "round-and-round");
            Logger.getLogger("io.belvedere.test").log(Level.WARNING, "x".repeat(5_000));
        });
        assertThat(sent)
                .contains("x".repeat(4_096))
                .doesNotContain("x".repeat(4_097))
                .doesNotContain("round-and-round");
    }

    @Test
    void aReceiverThatIsNotThereCostsNothing() {
        try (LogLines _ =
                LogLines.begin(LogLines.Form.TEXT, Optional.of(URI.create("http://127.0.0.1:1/v1/logs")), "test")) {
            Logger.getLogger("io.belvedere.test").log(Level.WARNING, "a line");
        }
        assertThat(Logger.getLogger("").getHandlers()).noneMatch(LogExport.class::isInstance);
    }

    @Test
    void jsonIsOneObjectALineWhateverTheLineHolds() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamHandler handler = new StreamHandler(out, new java.util.logging.SimpleFormatter());
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try (LogLines _ = LogLines.begin(LogLines.Form.JSON, Optional.empty(), "test")) {
            Logger.getLogger("io.belvedere.test").log(Level.WARNING, "one\nline \"quoted\" \u001b[31m");
            handler.flush();
        } finally {
            root.removeHandler(handler);
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.strip().lines()).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(text);
        assertThat(line.path("message").asText()).isEqualTo("one\nline \"quoted\" \u001b[31m");
        assertThat(line.path("level").asText()).isEqualTo("WARNING");
        assertThat(line.path("loggerName").asText()).isEqualTo("io.belvedere.test");
        assertThat(line.path("timestamp").asText()).isNotEmpty();
    }
}
