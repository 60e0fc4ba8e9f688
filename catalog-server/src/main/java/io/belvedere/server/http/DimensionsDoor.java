package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_FOUND;

import io.belvedere.audit.AdminRecord;
import io.belvedere.federation.dimension.DimensionStatus;
import io.belvedere.federation.dimension.Dimensions;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The dimensions that the server keeps: figures, never a row. */
@Path("/api/v1/dimensions")
@Singleton
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Dimensions")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class DimensionsDoor {
    /** How long a caller waits for a load, which goes on without the caller. */
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final QueryPipeline pipeline;
    private final Dimensions dimensions;
    private final CurrentRequest current;

    DimensionsDoor(QueryPipeline pipeline, Dimensions dimensions, CurrentRequest current) {
        this.pipeline = pipeline;
        this.dimensions = dimensions;
        this.current = current;
    }

    @GET
    @Operation(
            operationId = "listDimensions",
            summary = "How each dimension is; for callers with full detail, absent for others.")
    public DimensionList list() {
        Request request = current.begin();
        return pipeline.inspect(
                request,
                () -> new DimensionList(
                        dimensions.bytes(),
                        dimensions.bytesMax(),
                        dimensions.statuses().stream()
                                .map(DimensionDocument::of)
                                .toList()));
    }

    /**
     * All dimensions of this server.
     *
     * @param bytes memory that they take together
     * @param bytesMax memory that they may take
     */
    public record DimensionList(long bytes, long bytesMax, List<DimensionDocument> dimensions) {}

    @POST
    @Path("/{name}/refresh")
    @Operation(operationId = "refreshDimension", summary = "Loads a dimension anew; for roles that may administer.")
    @APIResponse(
            responseCode = "200",
            description = "The dimension as it is then.",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = DimensionDocument.class)))
    public DimensionDocument refresh(@PathParam("name") String name) {
        Request request = current.begin();
        return pipeline.administer(
                request,
                () -> new AdminRecord(
                        "dimension_refresh", Map.of("dimension", require(name).toString())),
                () -> dimensions
                        .refresh(require(name), Deadline.after(WAIT))
                        .map(DimensionDocument::of)
                        .orElseThrow(DimensionsDoor::notFound));
    }

    private TableName require(String name) {
        return dimensions.statuses().stream()
                .map(DimensionStatus::name)
                .filter(known -> known.toString().equals(name))
                .findFirst()
                .orElseThrow(DimensionsDoor::notFound);
    }

    private static BelvedereException notFound() {
        return NOT_FOUND.error("There is no such dimension; GET /api/v1/dimensions has all.");
    }
}
