package io.belvedere.server.attack;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.server.doors.Rest.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What must come of a request. */
sealed interface Expected {
    /** Why the answer is not what is expected; empty when it is. */
    Optional<String> broken(Answer answer, Source source) throws IOException;

    /** These rows, as a JSON array of arrays, complete. */
    record Rows(String json) implements Expected {
        @Override
        public Optional<String> broken(Answer answer, Source source) throws IOException {
            JsonNode body = answer.json();
            boolean same = answer.status() == 200
                    && body.path("status").asText().equals("complete")
                    && body.path("rows").equals(Ask.MAPPER.readTree(Ask.filled(json, source)));
            return same ? Optional.empty() : Optional.of("expected rows " + json + " but " + shown(answer));
        }
    }

    /** A problem with this status and code. */
    record Problem(int status, String code) implements Expected {
        @Override
        public Optional<String> broken(Answer answer, Source source) throws IOException {
            boolean same = answer.status() == status
                    && answer.json().path("code").asText().equals(code);
            return same ? Optional.empty() : Optional.of("expected " + status + " " + code + " but " + shown(answer));
        }
    }

    /** A status, and a text in which this is found or not. */
    record Text(int status, List<String> found, List<String> notFound) implements Expected {
        @Override
        public Optional<String> broken(Answer answer, Source source) {
            boolean same = answer.status() == status
                    && found.stream()
                            .allMatch(each -> Pattern.compile(Ask.filled(each, source))
                                    .matcher(answer.text())
                                    .find())
                    && notFound.stream()
                            .noneMatch(each -> Pattern.compile(Ask.filled(each, source))
                                    .matcher(answer.text())
                                    .find());
            return same ? Optional.empty() : Optional.of("expected " + this + " but " + shown(answer));
        }
    }

    private static String shown(Answer answer) {
        String text = answer.text();
        return answer.status() + " " + text.substring(0, Math.min(text.length(), 600));
    }
}
