package io.belvedere.server.http;

import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.telemetry.Metrics;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The server's own numbers, for Prometheus. */
@Path("/api/v1/metrics")
@Singleton
@RunOnVirtualThread
@Tag(name = "Metrics")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class MetricsDoor {
    private static final String FORMAT = "text/plain;version=0.0.4;charset=utf-8";

    private final QueryPipeline pipeline;
    private final Metrics metrics;
    private final CurrentRequest current;

    MetricsDoor(QueryPipeline pipeline, Metrics metrics, CurrentRequest current) {
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.current = current;
    }

    @GET
    @Produces(FORMAT)
    @Operation(
            operationId = "readMetrics",
            summary = "Counts and times in Prometheus' format; for callers with full detail, absent for others.")
    public String read() {
        Request request = current.begin();
        return pipeline.inspect(request, metrics::scrape);
    }
}
