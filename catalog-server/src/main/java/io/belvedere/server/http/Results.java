package io.belvedere.server.http;

import static io.belvedere.server.ServerError.CLIENT_GONE;

import io.belvedere.federation.sql.Asked;
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
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Streams the result of a statement as the response that is being made. */
@Singleton
class Results {
    private static final Logger LOG = Logger.getLogger(Results.class);

    private final QueryPipeline pipeline;
    private final CurrentVertxRequest current;
    private final DoorLimits limits;
    private final ExplainedRows rows;

    Results(QueryPipeline pipeline, CurrentVertxRequest current, DoorLimits limits, ExplainedRows rows) {
        this.pipeline = pipeline;
        this.current = current;
        this.limits = limits;
        this.rows = rows;
    }

    /** A file to take away. */
    Response export(ExportFormat format, Request request, QueryText text) {
        RoutingContext context = current.getCurrent();
        HttpResult.Form form = new HttpResult.Form(
                format.contentType(),
                format.compressible() ? coding(context) : Coding.IDENTITY,
                Optional.of(format.extension()),
                out -> ResultWriter.of(format, out, limits.formulas()));
        return answer(form, context, request, sink -> pipeline.export(request, text, sink));
    }

    /** The whole walk runs while the response is written, on the request's thread, so that a slow reader slows the sources. */
    Response stream(ResultFormat format, Request request, QueryText text) {
        return answer(format, request, sink -> pipeline.query(request, text, sink));
    }

    /** A plan as a result: a line a row, or all of it in one row. */
    Response plan(ResultFormat format, Request request, Asked.Plan asked) {
        return answer(
                format, request, sink -> pipeline.explain(request, asked, plan -> rows.of(plan, asked.form()), sink));
    }

    /** What policy limits, as a result: a sentence a row, or all of it in one row. */
    Response policy(ResultFormat format, Request request, Asked.Policy asked) {
        return answer(
                format,
                request,
                sink -> pipeline.explainPolicy(
                        request, asked.query(), explained -> rows.of(explained, asked.form()), sink));
    }

    private Response answer(ResultFormat format, Request request, Consumer<ResultSink> walk) {
        RoutingContext context = current.getCurrent();
        HttpResult.Form form = new HttpResult.Form(
                format.contentType(),
                coding(context),
                Optional.empty(),
                out -> ResultWriter.of(format, out, limits.formulas()));
        return answer(form, context, request, walk);
    }

    private static Coding coding(RoutingContext context) {
        return Coding.accepted(context.request().headers().getAll("Accept-Encoding"));
    }

    private Response answer(HttpResult.Form form, RoutingContext context, Request request, Consumer<ResultSink> walk) {
        StreamingOutput body = out -> {
            try (HttpResult sink = new HttpResult(form, context, out, limits.firstPageBytes())) {
                walk.accept(sink);
            } catch (BelvedereException failure) {
                if (failure.code() != CLIENT_GONE) {
                    throw failure;
                }
                LOG.debugf("%s: the client is gone", request.id());
            }
        };
        return Response.ok(body).type(form.contentType()).build();
    }
}
