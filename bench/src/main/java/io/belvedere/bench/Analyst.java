package io.belvedere.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** The analyst for the EU, who asks over REST on a kept connection and reads the whole JSON answer. */
final class Analyst {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final String token;

    Analyst(int port, String token) {
        this.base = URI.create("http://127.0.0.1:" + port);
        this.token = token;
    }

    /** The rows as text; a result that does not say it is complete is an error. */
    List<List<String>> query(String sql, long... parameters) throws IOException, InterruptedException {
        JsonNode answer = answer(sql, parameters);
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer.path("rows")) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.asText()));
            rows.add(cells);
        }
        return rows;
    }

    /** The id of a query that was just run to its end, for its timeline. */
    String queryId(String sql) throws IOException, InterruptedException {
        return answer(sql).path("queryId").asText();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(http.send(request(path).GET().build(), BodyHandlers.ofByteArray())
                .body());
    }

    private JsonNode answer(String sql, long... parameters) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("sql", sql).put("purpose", "benchmark");
        ArrayNode values = body.putArray("parameters");
        for (long parameter : parameters) {
            values.add(parameter);
        }
        var response = http.send(
                request("/api/v1/query")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                        .build(),
                BodyHandlers.ofByteArray());
        JsonNode answer = JSON.readTree(response.body());
        if (response.statusCode() != 200 || !answer.path("status").asText().equals("complete")) {
            throw new IOException("the query ended with " + response.statusCode() + " "
                    + answer.path("code").asText() + " " + answer.path("detail").asText());
        }
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
    }
}
