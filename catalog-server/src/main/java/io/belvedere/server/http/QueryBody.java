package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.federation.sql.QueryText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /query} and {@code POST /explain}. */
@Schema(name = "Query", description = "One statement on views, with values for its parameters.")
public record QueryBody(
        @Schema(
                required = true,
                description = "One SELECT; views are named domain.name or domain.\"name@1\".",
                examples = "SELECT region, count(*) FROM fulfilment.late_orders GROUP BY region")
        @Nullable
        String sql,

        @Schema(
                description = "Values of the ? parameters, in order: a string, a number, true, false, null, "
                        + "{\"date\": \"2026-01-31\"} or {\"timestamp\": \"2026-01-31T12:00:00Z\"}.",
                implementation = Object[].class)
        @Nullable
        List<@Nullable JsonNode> parameters,

        @Schema(description = "What the data is for; policy may ask for it.", maxLength = 200) @Nullable
        String purpose,

        @Schema(
                description =
                        "Why you need more than your work takes, now: asks policy to break the glass. It is recorded and"
                                + " looked at.",
                maxLength = 200)
        @Nullable
        String breakGlass,

        @Schema(
                description = "The longest the caller wants to wait, as an ISO 8601 duration.",
                implementation = String.class,
                examples = "PT10S")
        @Nullable
        String timeout) {

    QueryText text() {
        if (sql == null || sql.isBlank()) {
            throw REQUEST_INVALID.error("The body has no sql; it is {\"sql\": \"SELECT …\", \"parameters\": […]}.");
        }
        if (sql.length() > QueryText.LENGTH_MAX) {
            throw REQUEST_INVALID.error("The statement has more than " + QueryText.LENGTH_MAX + " characters.");
        }
        List<@Nullable JsonNode> given = parameters == null ? List.of() : parameters;
        if (given.size() > QueryText.PARAMETERS_MAX) {
            throw REQUEST_INVALID.error("The statement has more than " + QueryText.PARAMETERS_MAX + " parameters.");
        }
        return new QueryText(sql, Parameters.literals(given));
    }

    Optional<String> givenPurpose() {
        return Optional.ofNullable(purpose);
    }

    Optional<String> givenBreakGlass() {
        return Optional.ofNullable(breakGlass);
    }

    Optional<Duration> givenTimeout() {
        return Optional.ofNullable(timeout).map(Parameters::duration);
    }
}
