package io.belvedere.server.attack;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;

/** A request. In its texts {@code {s}} stands for the domain of the source under attack and {@code {o}} for that of the other. */
sealed interface Ask {
    String JSON = "application/json";
    ObjectMapper MAPPER = new ObjectMapper();

    /** A statement, with parameters as JSON. */
    record Sql(String text, List<String> parameters) implements Ask {
        public Sql {
            parameters = List.copyOf(parameters);
        }
    }

    record Get(String path) implements Ask {}

    record Delete(String path) implements Ask {}

    /** A body as it is, with headers besides the token. */
    record Post(String path, Map<String, String> headers, String body) implements Ask {
        public Post {
            headers = Map.copyOf(headers);
        }
    }

    static Ask sql(String text, String... parameters) {
        return new Sql(text, List.of(parameters));
    }

    static Ask explain(String text) {
        return new Post("/api/v1/explain", Map.of("Accept", "text/plain", "Content-Type", JSON), body(text, List.of()));
    }

    /** The body that a statement is sent with. */
    static String body(Sql sql) {
        return body(sql.text(), sql.parameters());
    }

    private static String body(String text, List<String> parameters) {
        try {
            return "{\"sql\": " + MAPPER.writeValueAsString(text)
                    + (parameters.isEmpty() ? "" : ", \"parameters\": [" + String.join(", ", parameters) + "]") + "}";
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    /** Sends it with the caller's token. */
    default Answer send(Rest rest, String caller, Source source) throws IOException, InterruptedException {
        String token = caller.isEmpty() ? "" : "tok-" + caller;
        return switch (this) {
            case Sql(String text, List<String> parameters) ->
                rest.post(token, JSON, "/api/v1/query", filled(body(text, parameters), source));
            case Get(String path) -> rest.get(token, filled(path, source));
            case Delete(String path) -> rest.delete(token, filled(path, source));
            case Post(String path, Map<String, String> headers, String body) -> {
                HttpRequest.Builder request = rest.request(token, filled(path, source))
                        .POST(HttpRequest.BodyPublishers.ofString(filled(body, source)));
                headers.forEach(request::header);
                yield rest.send(request);
            }
        };
    }

    static String filled(String text, Source source) {
        return text.replace("{s}", source.domain())
                .replace("{o}", source.other().domain());
    }
}
