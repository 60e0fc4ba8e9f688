package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.server.pipeline.Explanation;
import io.belvedere.server.pipeline.PolicyExplanation;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Rows and plans by SQL. */
@Path("/api/v1")
@Singleton
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Query")
@SecurityRequirement(name = "token")
@SecurityScheme(securitySchemeName = "token", type = SecuritySchemeType.HTTP, scheme = "bearer")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class QueryDoor {
    private final QueryPipeline pipeline;
    private final CurrentRequest current;
    private final Results results;

    QueryDoor(QueryPipeline pipeline, CurrentRequest current, Results results) {
        this.pipeline = pipeline;
        this.current = current;
        this.results = results;
    }

    @POST
    @Path("/query")
    @Operation(
            operationId = "query",
            summary = "Run a statement; the result is streamed and ends with a terminal frame.")
    @APIResponse(
            responseCode = "200",
            description = "The rows. The terminal frame says whether they are complete.",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = ResultDocument.class)),
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)),
                @Content(
                        mediaType = "application/vnd.apache.arrow.stream",
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    public Response query(QueryBody body, @Context HttpHeaders headers) {
        ResultFormat format = ResultFormat.accepted(headers);
        Asked asked = Asked.of(Bodies.require(body).text());
        Request request = current.begin(body.givenPurpose(), body.givenTimeout(), body.givenBreakGlass());
        return switch (asked) {
            case Asked.Rows(QueryText text) -> results.stream(format, request, text);
            case Asked.Plan plan -> results.plan(format, request, plan);
            case Asked.Policy policy -> results.policy(format, request, policy);
        };
    }

    @POST
    @Path("/export")
    @Operation(
            operationId = "export",
            summary = "Run a statement and take its rows away as a file; policy decides on it apart.")
    @APIResponse(
            responseCode = "200",
            description = "The file. It is whole or shows that it is not.",
            content = {
                @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)),
                @Content(
                        mediaType = "application/vnd.apache.parquet",
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = "application/vnd.apache.arrow.file",
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    public Response export(QueryBody body, @Context HttpHeaders headers) {
        ExportFormat format = ExportFormat.accepted(headers);
        Asked asked = Asked.of(Bodies.require(body).text());
        Request request = current.begin(body.givenPurpose(), body.givenTimeout(), body.givenBreakGlass());
        return switch (asked) {
            case Asked.Rows(QueryText text) -> results.export(format, request, text);
            case Asked.Plan _, Asked.Policy _ ->
                throw REQUEST_INVALID.error("An export is of rows; ask for a plan with POST /api/v1/explain.");
        };
    }

    @POST
    @Path("/explain")
    @Operation(operationId = "explain", summary = "Show how a statement would run, as far as the caller may see it.")
    @APIResponse(
            responseCode = "200",
            description = "The plan; for EXPLAIN POLICY, what policy limits in the statement for its caller.",
            content = {
                @Content(
                        mediaType = "application/json",
                        schema = @Schema(oneOf = {ExplanationDocument.class, PolicyExplanationDocument.class})),
                @Content(mediaType = "text/plain", schema = @Schema(type = SchemaType.STRING))
            })
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    public Response explain(
            QueryBody body,
            @Parameter(description = "Run the statement, drop its rows and show what each step did.")
                    @QueryParam("analyze")
                    @DefaultValue("false")
                    boolean analyze,
            @Context HttpHeaders headers) {
        Asked asked = Asked.of(Bodies.require(body).text());
        Request request = current.begin(body.givenPurpose(), body.givenTimeout(), body.givenBreakGlass());
        boolean plain = Bodies.prefersText(headers);
        return switch (asked) {
            case Asked.Rows(QueryText text) ->
                plan(request, new Asked.Plan(text, run(analyze), Asked.Form.JSON), plain);
            case Asked.Plan plan
            when analyze -> plan(request, new Asked.Plan(plan.query(), Asked.Run.YES, plan.form()), plain);
            case Asked.Plan plan -> plan(request, plan, plain);
            case Asked.Policy(QueryText text, Asked.Form _) -> policy(request, text, plain);
        };
    }

    private static Asked.Run run(boolean analyze) {
        return analyze ? Asked.Run.YES : Asked.Run.NO;
    }

    /** A statement that asks for its plan itself says how; the form is the request's. */
    private Response plan(Request request, Asked.Plan asked, boolean plain) {
        Explanation explanation = pipeline.explain(request, asked);
        return Response.ok(plain ? ExplanationText.of(explanation) : ExplanationDocument.of(explanation))
                .type(plain ? "text/plain;charset=UTF-8" : MediaType.APPLICATION_JSON)
                .header("Belvedere-Query-Id", explanation.query().toString())
                .header("Audit-Id", explanation.auditId())
                .build();
    }

    private Response policy(Request request, QueryText text, boolean plain) {
        PolicyExplanation explanation = pipeline.explainPolicy(request, text);
        return Response.ok(
                        plain
                                ? String.join("\n", explanation.lines()) + "\n"
                                : PolicyExplanationDocument.of(explanation))
                .type(plain ? "text/plain;charset=UTF-8" : MediaType.APPLICATION_JSON)
                .header("Belvedere-Query-Id", explanation.query().toString())
                .header("Audit-Id", explanation.auditId())
                .build();
    }
}
