package io.belvedere.server.flight;

import static io.belvedere.server.ServerError.INTERNAL_ERROR;

import io.belvedere.federation.FederationError;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.server.pipeline.SafeTrace;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jboss.logging.Logger;

/** Errors as the status of a call: the same code and words as over REST, in front of the message and as trailers. */
final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);
    private static final String CODE = "belvedere-code";
    private static final String QUERY = "belvedere-query-id";

    private Failures() {}

    /** What the client is told; of what is not known here it is told nothing but that it happened. */
    static FlightRuntimeException of(Throwable thrown, Optional<QueryId> query) {
        if (thrown instanceof FlightRuntimeException told) {
            return told;
        }
        BelvedereException failure = known(thrown);
        ErrorFlightMetadata trailers = new ErrorFlightMetadata();
        trailers.insert(CODE, failure.code().name());
        query.ifPresent(id -> trailers.insert(QUERY, id.toString()));
        return new CallStatus(status(failure.code()))
                .withDescription(words(failure))
                .withMetadata(trailers)
                .toRuntimeException();
    }

    /** As {@link #of}, for calls that are refused before Flight sees them. */
    static Status refused(Throwable thrown, Metadata trailers) {
        BelvedereException failure = known(thrown);
        trailers.put(
                Metadata.Key.of(CODE, Metadata.ASCII_STRING_MARSHALLER),
                failure.code().name());
        Status.Code code = switch (failure.code().status()) {
            case 401 -> Status.Code.UNAUTHENTICATED;
            case 503 -> Status.Code.UNAVAILABLE;
            default -> Status.Code.INTERNAL;
        };
        return code.toStatus().withDescription(words(failure));
    }

    /** What this door does not do. */
    static FlightRuntimeException unimplemented(String words) {
        return CallStatus.UNIMPLEMENTED.withDescription(words).toRuntimeException();
    }

    private static BelvedereException known(Throwable thrown) {
        if (thrown instanceof BelvedereException failure) {
            return failure;
        }
        LOG.errorf("INTERNAL_ERROR at the Flight door%s", SafeTrace.of(thrown));
        return INTERNAL_ERROR.error("Something went wrong inside the server; its log has the time.");
    }

    private static String words(BelvedereException failure) {
        return failure.code().name() + ": " + failure.detail();
    }

    private static FlightStatusCode status(ErrorCode code) {
        if (code == FederationError.LIMIT_EXCEEDED) {
            return FlightStatusCode.RESOURCE_EXHAUSTED;
        }
        return switch (code.status()) {
            case 401 -> FlightStatusCode.UNAUTHENTICATED;
            case 403 -> FlightStatusCode.UNAUTHORIZED;
            case 404 -> FlightStatusCode.NOT_FOUND;
            case 429 -> FlightStatusCode.RESOURCE_EXHAUSTED;
            case 499 -> FlightStatusCode.CANCELLED;
            case 502, 503 -> FlightStatusCode.UNAVAILABLE;
            case 504 -> FlightStatusCode.TIMED_OUT;
            case 500 -> FlightStatusCode.INTERNAL;
            default -> FlightStatusCode.INVALID_ARGUMENT;
        };
    }
}
