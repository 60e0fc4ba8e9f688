package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.belvedere.model.error.ErrorCode;
import java.util.Optional;

/**
 * An error as {@code application/problem+json} (RFC 9457).
 *
 * @param type where the code is explained
 * @param title the same for every occurrence of the code
 * @param detail what happened here; never a value
 * @param queryId absent where the request got no id
 */
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "queryId"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @org.jspecify.annotations.Nullable String queryId) {
    public static final String MEDIA_TYPE = "application/problem+json";
    private static final String DOCS = "https://belvedere.io/docs/errors.md#";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static Problem of(ErrorCode code, String detail, Optional<String> queryId) {
        return new Problem(DOCS + code.name(), code.title(), code.status(), detail, code.name(), queryId.orElse(null));
    }

    /** The document, for places outside of a door. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a problem is plain text and numbers", impossible);
        }
    }
}
