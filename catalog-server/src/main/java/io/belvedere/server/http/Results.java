package io.belvedere.server.http;

import static io.belvedere.server.ServerError.CLIENT_GONE;

import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.ResultSink;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.jboss.logging.Logger;

/** Streams the result of a statement as the response that is being made. */
@Singleton
class Results {
    private static final Logger LOG = Logger.getLogger(Results.class);

    private final QueryPipeline pipeline;
    private final CurrentVertxRequest current;
    private final DoorLimits limits;

    Results(QueryPipeline pipeline, CurrentVertxRequest current, DoorLimits limits) {
        this.pipeline = pipeline;
        this.current = current;
        this.limits = limits;
    }

    /** The whole walk runs while the response is written, on the request's thread, so that a slow reader slows the sources. */
    Response stream(ResultFormat format, Request request, QueryText text) {
        RoutingContext context = current.getCurrent();
        StreamingOutput body = out -> {
            ResultSink sink = new HttpResult(format, context, out, limits.firstPageBytes());
            try {
                pipeline.query(request, text, sink);
            } catch (BelvedereException failure) {
                if (failure.code() != CLIENT_GONE) {
                    throw failure;
                }
                LOG.debugf("%s: the client is gone", request.id());
            }
        };
        return Response.ok(body).type(format.contentType()).build();
    }
}
