package io.belvedere.policy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves one bundle on the loopback interface, with an ETag, and remembers what it was asked. */
final class BundleHost implements AutoCloseable {
    private final HttpServer server;
    private final List<Integer> answered = Collections.synchronizedList(new ArrayList<>());
    private volatile byte[] body = {};
    private volatile Optional<String> tag = Optional.empty();
    private volatile Optional<String> token = Optional.empty();
    private volatile int status = 200;

    private BundleHost() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    static BundleHost start() throws IOException {
        return new BundleHost();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/bundles/belvedere.tar.gz");
    }

    BundleHost offers(Map<String, byte[]> files) {
        return offers(Bundles.archive(files));
    }

    BundleHost offers(byte[] archive) {
        body = archive;
        tag = Optional.of("\"" + Sha256.hex(archive) + "\"");
        status = 200;
        return this;
    }

    BundleHost withoutTag() {
        tag = Optional.empty();
        return this;
    }

    BundleHost wants(String bearer) {
        token = Optional.of(bearer);
        return this;
    }

    BundleHost fails(int with) {
        status = with;
        return this;
    }

    /** The status of each answer so far. */
    List<Integer> answered() {
        return List.copyOf(answered);
    }

    private void answer(HttpExchange exchange) throws IOException {
        int now = status(exchange);
        answered.add(now);
        tag.ifPresent(each -> exchange.getResponseHeaders().set("ETag", each));
        exchange.sendResponseHeaders(now, now == 200 ? body.length : -1);
        if (now == 200) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private int status(HttpExchange exchange) {
        String said = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (token.filter(wanted -> !said.equals("Bearer " + wanted)).isPresent()) {
            return 401;
        }
        Optional<String> known =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-None-Match"));
        return status == 200 && known.isPresent() && known.equals(tag) ? 304 : status;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
