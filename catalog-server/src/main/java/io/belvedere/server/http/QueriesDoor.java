package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_FOUND;

import io.belvedere.model.access.QueryId;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Running and recent queries. */
@Path("/api/v1/queries")
@Singleton
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Queries")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class QueriesDoor {
    private final QueryPipeline pipeline;
    private final CurrentRequest current;

    QueriesDoor(QueryPipeline pipeline, CurrentRequest current) {
        this.pipeline = pipeline;
        this.current = current;
    }

    @GET
    @Operation(
            operationId = "listQueries",
            summary = "The caller's running and recent queries; everybody's with full detail.")
    public QueryList list() {
        Request request = current.begin();
        return new QueryList(
                pipeline.queries(request).stream().map(QueryDocument::summary).toList());
    }

    /** Queries, the newest first. */
    public record QueryList(List<QueryDocument> queries) {}

    @GET
    @Path("/{id}")
    @Operation(operationId = "findQuery", summary = "One query with its timeline.")
    public QueryDocument find(@PathParam("id") String id) {
        Request request = current.begin();
        return QueryDocument.full(pipeline.findQuery(request, id(id)));
    }

    @DELETE
    @Path("/{id}")
    @Operation(operationId = "cancelQuery", summary = "Stop a query; one that has ended stays as it is.")
    public QueryDocument cancel(@PathParam("id") String id) {
        Request request = current.begin();
        return QueryDocument.full(pipeline.cancel(request, id(id)));
    }

    private static QueryId id(String text) {
        try {
            return QueryId.parse(text);
        } catch (IllegalArgumentException notOne) {
            throw NOT_FOUND.error("A query's id is a UUID.");
        }
    }
}
