package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.access.Caller;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /policy/preview}. */
@Schema(name = "PreviewRequest", description = "A statement, and the caller as whom to look at it.")
public record PreviewBody(
        @Schema(required = true, description = "One SELECT, as for a query.") @Nullable
        String sql,

        @Schema(description = "Values of the ? parameters, as for a query.", implementation = Object[].class) @Nullable
        List<@Nullable JsonNode> parameters,

        @Schema(description = "What the caller would say the data is for.", maxLength = 200) @Nullable
        String purpose,

        @Schema(required = true) @Nullable CallerBody caller) {

    QueryText text() {
        return new QueryBody(sql, parameters, purpose, null, null).text();
    }

    Optional<String> givenPurpose() {
        return Optional.ofNullable(purpose);
    }

    Caller as() {
        return CallerBody.caller(caller, "caller");
    }

    static PreviewBody require(@Nullable PreviewBody body) {
        if (body == null) {
            throw REQUEST_INVALID.error(
                    "The request has no body; it is {\"sql\": \"SELECT …\", \"caller\": {\"roles\": […]}}.");
        }
        return body;
    }
}
