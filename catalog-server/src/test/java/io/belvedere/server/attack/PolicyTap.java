package io.belvedere.server.attack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** Stands between a server and its OPA server: hands everything on, or answers decisions as it is told to. */
final class PolicyTap implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer server;
    private final URI opa;
    private volatile Optional<Forged> forged = Optional.empty();

    private PolicyTap(HttpServer server, URI opa) {
        this.server = server;
        this.opa = opa;
    }

    /**
     * What is answered to the question for a decision.
     *
     * @param body from what OPA answered
     */
    record Forged(int status, UnaryOperator<String> body) {}

    static PolicyTap open(URI opa) throws IOException {
        PolicyTap tap =
                new PolicyTap(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), opa);
        tap.server.createContext("/", tap::answer);
        tap.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        tap.server.start();
        return tap;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on decisions are answered so, until {@link #honest()}. */
    void forge(Forged answer) {
        forged = Optional.of(answer);
    }

    void honest() {
        forged = Optional.empty();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            HttpRequest.Builder request = HttpRequest.newBuilder(opa.resolve(exchange.getRequestURI()))
                    .header("Content-Type", "application/json")
                    .method(
                            exchange.getRequestMethod(),
                            asked.length == 0
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(asked));
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean decision = exchange.getRequestURI().getPath().endsWith("/decision") && asked.length > 0;
            Optional<Forged> how = decision ? forged : Optional.empty();
            byte[] body = how.map(forge -> forge.body().apply(answer.body()))
                    .orElse(answer.body())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            answer.headers().firstValue("Content-Type").orElse("application/json"));
            exchange.sendResponseHeaders(
                    how.map(Forged::status).orElse(answer.statusCode()), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
