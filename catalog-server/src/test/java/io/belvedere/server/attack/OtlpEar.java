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

/** Takes the spans or the log lines that servers send and keeps them as they come. */
final class OtlpEar implements AutoCloseable {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream(); // synchronises its own methods
    private final HttpServer server;

    private OtlpEar(HttpServer server) {
        this.server = server;
    }

    static OtlpEar open() throws IOException {
        OtlpEar ear = new OtlpEar(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
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

    /** @param path of the receiver, which takes anything */
    URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
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
