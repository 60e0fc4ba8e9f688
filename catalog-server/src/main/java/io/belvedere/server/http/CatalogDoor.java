package io.belvedere.server.http;

import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is wrong in the catalog's and the policy's folders. */
@Path("/api/v1/catalog")
@Singleton
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Catalog")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class CatalogDoor {
    private final QueryPipeline pipeline;
    private final CatalogProblems problems;
    private final CurrentRequest current;

    CatalogDoor(QueryPipeline pipeline, CatalogProblems problems, CurrentRequest current) {
        this.pipeline = pipeline;
        this.problems = problems;
        this.current = current;
    }

    @GET
    @Path("/problems")
    @Operation(
            operationId = "listCatalogProblems",
            summary = "Quarantined files; for callers with full detail, absent for others.")
    public ProblemList list() {
        Request request = current.begin();
        return new ProblemList(pipeline.inspect(request, problems::current));
    }

    /** Problems in files. */
    public record ProblemList(List<FileProblem> problems) {}

    /** A problem at a place in a file. */
    public record FileProblem(String file, int line, int column, String code, String message) {}

    /** What is wrong now. */
    @FunctionalInterface
    public interface CatalogProblems {
        List<FileProblem> current();
    }
}
