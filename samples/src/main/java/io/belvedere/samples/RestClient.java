package io.belvedere.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** A caller of Belvedere's REST API, as any program could be one. */
final class RestClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI base;

    RestClient(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** One answer; {@code millis} is what the caller waited until the last byte. */
    record Answer(int status, JsonNode body, long millis) {

        String text(String field) {
            return body.path(field).asText("");
        }
    }

    Answer query(String token, String sql) throws IOException, InterruptedException {
        return post(token, "/api/v1/query", sql);
    }

    Answer explain(String token, String sql) throws IOException, InterruptedException {
        return post(token, "/api/v1/explain", sql);
    }

    private Answer post(String token, String path, String sql) throws IOException, InterruptedException {
        var body = JSON.writeValueAsString(Map.of("sql", sql, "purpose", "demo"));
        return send(request(token, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    Answer get(String token, String path) throws IOException, InterruptedException {
        return send(request(token, path).GET().build());
    }

    private HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        var begin = System.nanoTime();
        var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        var body = JSON.readTree(response.body());
        return new Answer(response.statusCode(), body, (System.nanoTime() - begin) / 1_000_000);
    }

    /** Whether the server says that it is ready. */
    boolean isReady() throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(base.resolve("/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // nobody listens yet
        }
    }
}
