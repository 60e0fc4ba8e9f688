package io.belvedere.server.doors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.model.access.QueryId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A caller of the REST API. */
public final class Rest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String root;

    public Rest(URI base) {
        this.root = base.toString().replaceAll("/+$", "");
    }

    /** An answer, whole. */
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() throws IOException {
            return JSON.readTree(response.body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public QueryId queryId() {
            return QueryId.parse(header("Belvedere-Query-Id"));
        }

        /** The body without what differs between any two requests. */
        public String sameForAll() {
            return text().replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID");
        }
    }

    public Answer get(String token, String path) throws IOException, InterruptedException {
        return send(request(token, path).GET());
    }

    public Answer delete(String token, String path) throws IOException, InterruptedException {
        return send(request(token, path).DELETE());
    }

    public Answer query(String token, String accept, String sql) throws IOException, InterruptedException {
        return post(
                token,
                accept,
                "/api/v1/query",
                JSON.writeValueAsString(JSON.createObjectNode().put("sql", sql)));
    }

    public Answer post(String token, String accept, String path, String body) throws IOException, InterruptedException {
        return send(request(token, path)
                .header("Accept", accept)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return new Answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    public HttpRequest.Builder request(String token, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(Duration.ofSeconds(30));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }
}
