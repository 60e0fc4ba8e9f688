package io.belvedere.server.flight;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.server.http.ExplainedRows;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.ResultSink;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** Statements by their text: what comes of them, and their rows. Safe for use by many threads. */
final class Statements {
    private final QueryPipeline pipeline;
    private final ExplainedRows explained;

    Statements(QueryPipeline pipeline, ExplainedRows explained) {
        this.pipeline = pipeline;
        this.explained = explained;
    }

    /** The columns of a statement's result, before it runs. */
    Schema schema(Request request, QueryText text) {
        List<OutputColumn> columns = switch (Asked.of(text)) {
            case Asked.Rows(QueryText query) -> pipeline.columns(request, query);
            case Asked.Plan _, Asked.Policy _ -> QueryPipeline.EXPLAINED;
        };
        return ArrowTypes.schema(columns);
    }

    /** The result of a statement, as over REST. */
    void answer(Request request, QueryText text, ResultSink result) {
        switch (Asked.of(text)) {
            case Asked.Rows(QueryText query) -> pipeline.query(request, query, result);
            case Asked.Plan plan -> pipeline.explain(request, plan, shown -> explained.of(shown, plan.form()), result);
            case Asked.Policy policy ->
                pipeline.explainPolicy(request, policy.query(), limits -> explained.of(limits, policy.form()), result);
        }
    }
}
