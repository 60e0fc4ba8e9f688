package io.belvedere.server.http;

import static io.belvedere.server.ServerError.CLIENT_GONE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.Explanation;
import io.belvedere.server.pipeline.PolicyExplanation;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.ResultSink;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Streams the result of a statement as the response that is being made. */
@Singleton
class Results {
    private static final Logger LOG = Logger.getLogger(Results.class);

    private final QueryPipeline pipeline;
    private final CurrentVertxRequest current;
    private final DoorLimits limits;
    private final ObjectMapper json;

    Results(QueryPipeline pipeline, CurrentVertxRequest current, DoorLimits limits, ObjectMapper json) {
        this.pipeline = pipeline;
        this.current = current;
        this.limits = limits;
        this.json = json;
    }

    /** The whole walk runs while the response is written, on the request's thread, so that a slow reader slows the sources. */
    Response stream(ResultFormat format, Request request, QueryText text) {
        return answer(format, request, sink -> pipeline.query(request, text, sink));
    }

    /** A plan as a result: a line a row, or all of it in one row. */
    Response plan(ResultFormat format, Request request, Asked.Plan asked) {
        return answer(
                format, request, sink -> pipeline.explain(request, asked, plan -> rows(plan, asked.form()), sink));
    }

    /** What policy limits, as a result: a sentence a row, or all of it in one row. */
    Response policy(ResultFormat format, Request request, Asked.Policy asked) {
        return answer(
                format,
                request,
                sink -> pipeline.explainPolicy(
                        request, asked.query(), explained -> rows(explained, asked.form()), sink));
    }

    private List<String> rows(Explanation plan, Asked.Form form) {
        return switch (form) {
            case TEXT -> ExplanationText.of(plan).lines().toList();
            case JSON -> List.of(written(ExplanationDocument.of(plan)));
        };
    }

    private List<String> rows(PolicyExplanation explanation, Asked.Form form) {
        return switch (form) {
            case TEXT -> explanation.lines();
            case JSON -> List.of(written(PolicyExplanationDocument.of(explanation)));
        };
    }

    private String written(Object document) {
        try {
            return json.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("a plan could not be written", failure);
        }
    }

    private Response answer(ResultFormat format, Request request, Consumer<ResultSink> walk) {
        RoutingContext context = current.getCurrent();
        StreamingOutput body = out -> {
            ResultSink sink = new HttpResult(format, context, out, limits.firstPageBytes());
            try {
                walk.accept(sink);
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
