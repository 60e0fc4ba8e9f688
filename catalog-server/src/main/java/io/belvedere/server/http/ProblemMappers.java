package io.belvedere.server.http;

import static io.belvedere.server.ServerError.BODY_TOO_LARGE;
import static io.belvedere.server.ServerError.FORBIDDEN;
import static io.belvedere.server.ServerError.INTERNAL_ERROR;
import static io.belvedere.server.ServerError.MEDIA_TYPE_UNSUPPORTED;
import static io.belvedere.server.ServerError.METHOD_NOT_ALLOWED;
import static io.belvedere.server.ServerError.NOT_ACCEPTABLE;
import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;
import static io.belvedere.server.ServerError.NOT_FOUND;
import static io.belvedere.server.ServerError.QUOTA_EXCEEDED;
import static io.belvedere.server.ServerError.REQUEST_INVALID;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.server.pipeline.SafeTrace;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every exception that leaves a door, as a problem. What is not known here says nothing but that something went wrong. */
final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    /** Those who are sent away together are not to come back together. */
    private static final int RETRY_SECONDS_MIN = 1;

    private static final int RETRY_SECONDS_MAX = 4;

    private final CurrentRequest current;
    private final Clock clock;

    ProblemMappers(CurrentRequest current, Clock clock) {
        this.current = current;
        this.clock = clock;
    }

    @ServerExceptionMapper
    Response known(BelvedereException failure) {
        return response(failure.code(), failure.detail());
    }

    @ServerExceptionMapper
    Response json(JacksonException failure) {
        if (failure instanceof StreamConstraintsException
                && String.valueOf(failure.getOriginalMessage()).contains("Document length")) {
            return response(
                    BODY_TOO_LARGE, "The body has more than " + StrictJson.BODY_BYTES_MAX + " bytes; send less.");
        }
        JsonLocation at = failure.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        if (failure instanceof UnrecognizedPropertyException unknown && unknown.getKnownPropertyIds() != null) {
            String known = unknown.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return response(
                    REQUEST_INVALID,
                    "The body has a field that is not known here" + where + "; known are " + known
                            + ", see docs/openapi.yaml.");
        }
        return response(
                REQUEST_INVALID, "The body is not the JSON that is expected here" + where + "; see docs/openapi.yaml.");
    }

    /** Without this the framework answers with a page of its own, which names a class. */
    @ServerExceptionMapper
    Response mismatched(MismatchedInputException failure) {
        return json(failure);
    }

    @ServerExceptionMapper
    Response standard(WebApplicationException failure) {
        if (failure.getCause() instanceof JacksonException json) {
            return json(json);
        }
        if (failure.getCause() instanceof BelvedereException known) {
            return known(known);
        }
        return switch (failure.getResponse().getStatus()) {
            case 404 -> response(NOT_FOUND, "There is nothing at this path.");
            case 405 -> response(METHOD_NOT_ALLOWED, "This path does not take this method; see docs/openapi.yaml.");
            case 406 ->
                response(NOT_ACCEPTABLE, "None of the formats in Accept is offered here; see docs/openapi.yaml.");
            case 413 ->
                response(BODY_TOO_LARGE, "The body has more than " + StrictJson.BODY_BYTES_MAX + " bytes; send less.");
            case 415 -> response(MEDIA_TYPE_UNSUPPORTED, "Send the body as application/json.");
            case 400 -> response(REQUEST_INVALID, "The request is not valid; see docs/openapi.yaml.");
            default -> unknown(failure);
        };
    }

    @ServerExceptionMapper
    Response unauthorized(UnauthorizedException failure) {
        return response(NOT_AUTHENTICATED, "Send a valid token: Authorization: Bearer <token>.");
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException failure) {
        return response(FORBIDDEN, "You may not do this here.");
    }

    @ServerExceptionMapper
    Response unknown(Throwable failure) {
        LOG.errorf("INTERNAL_ERROR at a door%s", SafeTrace.of(failure));
        return response(INTERNAL_ERROR, "Something went wrong inside the server; its log has the time.");
    }

    private long retrySeconds(ErrorCode code) {
        long jitter = ThreadLocalRandom.current().nextInt(RETRY_SECONDS_MIN, RETRY_SECONDS_MAX + 1);
        if (code != QUOTA_EXCEEDED) {
            return jitter;
        }
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        OffsetDateTime midnight = now.truncatedTo(ChronoUnit.DAYS).plusDays(1);
        return Duration.between(now, midnight).toSeconds() + jitter;
    }

    private Response response(ErrorCode code, String detail) {
        Optional<String> id = current.queryId().map(Object::toString);
        Response.ResponseBuilder response = Response.status(code.status())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(code, detail, id).json());
        id.ifPresent(value -> response.header("Belvedere-Query-Id", value));
        if (code.retry() == ErrorCode.Retry.LATER && (code.status() == 429 || code.status() == 503)) {
            response.header("Retry-After", retrySeconds(code));
        }
        if (code == MEDIA_TYPE_UNSUPPORTED) {
            response.header("Accept-Encoding", "identity");
        }
        if (code.status() == 401) {
            response.header("WWW-Authenticate", "Bearer");
        }
        return response.build();
    }
}
