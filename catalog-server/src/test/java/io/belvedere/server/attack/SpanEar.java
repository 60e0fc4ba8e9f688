package io.belvedere.server.attack;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Takes the spans of the servers and keeps them as they come. */
final class SpanEar implements AutoCloseable {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream(); // synchronises its own methods
    private final HttpServer server;

    private SpanEar(HttpServer server) {
        this.server = server;
    }

    static SpanEar open() throws IOException {
        SpanEar ear = new SpanEar(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        ear.server.createContext("/", exchange -> {
            try (InputStream body = exchange.getRequestBody()) {
                boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                ear.heard.writeBytes((packed ? new GZIPInputStream(body) : body).readAllBytes());
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        ear.server.start();
        return ear;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    /** All that was heard, byte by byte as a character each. */
    String text() {
        return heard.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
