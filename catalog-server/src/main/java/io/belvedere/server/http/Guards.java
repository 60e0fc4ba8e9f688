package io.belvedere.server.http;

import static io.belvedere.server.ServerError.MEDIA_TYPE_UNSUPPORTED;
import static io.belvedere.server.ServerError.NOT_ACCEPTABLE;
import static io.belvedere.server.ServerError.TOO_MANY_REQUESTS;

import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.CallerRates;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.RunningQueries;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** What every request passes before its body is read: it comes not too fast, and its body is what it looks like. */
final class Guards {
    private static final Logger LOG = Logger.getLogger(Guards.class);
    private static final String QUERIES = "/api/v1/queries";
    private static final String METRICS = "/api/v1/metrics";

    private final RunningQueries queries;
    private final QueryPipeline pipeline;
    private final CurrentRequest current;

    Guards(RunningQueries queries, QueryPipeline pipeline, CurrentRequest current) {
        this.queries = queries;
        this.pipeline = pipeline;
        this.current = current;
    }

    /** Before a door reads it, to which it would be a fault of the server. */
    @ServerRequestFilter
    void acceptIsReadable(ContainerRequestContext context) {
        try {
            var _ = context.getAcceptableMediaTypes();
        } catch (IllegalArgumentException unreadable) {
            throw NOT_ACCEPTABLE.error("The header Accept cannot be read: it is a list of media types.");
        }
    }

    @ServerRequestFilter
    void slowEnough(ContainerRequestContext context) {
        Optional<Caller> caller = current.caller();
        if (caller.isEmpty()) {
            // Only where application.properties lets everybody in: the provider's word that a session has ended.
            return;
        }
        switch (queries.rates().take(caller.get(), lane(context.getUriInfo().getPath()))) {
            case GO_ON -> {
                // Its turn.
            }
            case REFUSED -> throw tooFast();
            case REFUSED_AND_TOLD -> {
                record(current.begin());
                throw tooFast();
            }
        }
    }

    private static CallerRates.Lane lane(String path) {
        return path.startsWith(QUERIES) || path.startsWith(METRICS) ? CallerRates.Lane.CONTROL : CallerRates.Lane.WORK;
    }

    private static BelvedereException tooFast() {
        return TOO_MANY_REQUESTS.error("You ask faster than one may here; wait as long as Retry-After says.");
    }

    /** Apart from the request, which waits for no disk. */
    private void record(Request request) {
        Thread.ofVirtual().name("belvedere-refusal").start(() -> {
            try {
                pipeline.turnAway(request, tooFast());
            } catch (RuntimeException unavailable) {
                // The refusal needs no record to be safe.
                LOG.debugf("The refusal of %s could not be recorded.", request.id());
            }
        });
    }

    /** A body that unpacks to more than was sent could be of any size; one of 1 MiB needs no packing. */
    @ServerRequestFilter
    void plainBody(ContainerRequestContext context) {
        String coding = context.getHeaderString("Content-Encoding");
        if (coding != null && !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
            throw MEDIA_TYPE_UNSUPPORTED.error("Send the body as it is, without a Content-Encoding.");
        }
    }
}
