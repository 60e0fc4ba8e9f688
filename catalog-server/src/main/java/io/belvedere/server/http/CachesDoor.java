package io.belvedere.server.http;

import static io.belvedere.server.ServerError.NOT_FOUND;

import io.belvedere.audit.AdminRecord;
import io.belvedere.cache.Measured;
import io.belvedere.server.pipeline.Caches;
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
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The server's caches, in figures, and how to empty one. */
@Path("/api/v1/caches")
@Singleton
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Caches")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class CachesDoor {
    private final QueryPipeline pipeline;
    private final Caches caches;
    private final CurrentRequest current;

    CachesDoor(QueryPipeline pipeline, Caches caches, CurrentRequest current) {
        this.pipeline = pipeline;
        this.caches = caches;
        this.current = current;
    }

    @GET
    @Operation(
            operationId = "listCaches",
            summary = "Caches in figures; for callers with full detail, absent for others.")
    public List<CacheDocument> list() {
        Request request = current.begin();
        return pipeline.inspect(
                request, () -> caches.all().stream().map(CacheDocument::of).toList());
    }

    @POST
    @Path("/{name}/flush")
    @Operation(operationId = "flushCache", summary = "Empties a cache; for roles that may administer.")
    @APIResponse(
            responseCode = "200",
            description = "The cache as it is now.",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = CacheDocument.class)))
    public CacheDocument flush(@PathParam("name") String name) {
        Request request = current.begin();
        return pipeline.administer(
                request,
                () -> new AdminRecord(
                        "cache_flush", Map.of("cache", require(name).name())),
                () -> {
                    Measured cache = require(name);
                    cache.clear();
                    return CacheDocument.of(cache);
                });
    }

    private Measured require(String name) {
        return caches.find(name)
                .orElseThrow(() -> NOT_FOUND.error("There is no cache of that name; GET /api/v1/caches has all."));
    }
}
