package io.belvedere.server.http;

import io.belvedere.server.pipeline.Preview;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What policy would say to others, for those whose role allows them to look. */
@Path("/api/v1/policy")
@Singleton
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Policy")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class PolicyDoor {
    private final QueryPipeline pipeline;
    private final CurrentRequest current;

    PolicyDoor(QueryPipeline pipeline, CurrentRequest current) {
        this.pipeline = pipeline;
        this.current = current;
    }

    @POST
    @Path("/preview")
    @Operation(
            operationId = "previewPolicy",
            summary = "What policy would let another caller see of a statement; no source is asked. Recorded.")
    @APIResponse(
            responseCode = "200",
            description = "The decision, the obligations of each view, and the woven statement.",
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = PreviewDocument.class)))
    public Response preview(PreviewBody body) {
        PreviewBody given = PreviewBody.require(body);
        Request request = current.begin(given.givenPurpose(), Optional.empty());
        Preview preview = pipeline.preview(request, given.text(), List.of(given.as()));
        return answer(preview, PreviewDocument.of(preview));
    }

    @POST
    @Path("/compare")
    @Operation(
            operationId = "comparePolicy",
            summary =
                    "What policy would let two callers see of a statement, and what differs; no source is asked. Recorded.")
    @APIResponse(
            responseCode = "200",
            description = "Both, side by side.",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = ComparisonDocument.class)))
    public Response compare(CompareBody body) {
        CompareBody given = CompareBody.require(body);
        Request request = current.begin(given.givenPurpose(), Optional.empty());
        Preview preview = pipeline.preview(request, given.text(), given.callers());
        return answer(preview, ComparisonDocument.of(preview));
    }

    private static Response answer(Preview preview, Object document) {
        return Response.ok(document)
                .header("Belvedere-Query-Id", preview.query().toString())
                .header("Audit-Id", preview.auditId())
                .build();
    }
}
