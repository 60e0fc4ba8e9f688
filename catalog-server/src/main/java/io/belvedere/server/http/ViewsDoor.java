package io.belvedere.server.http;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.model.ViewReference;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.Contract;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Contracts, and rows without SQL. */
@Path("/api/v1/views")
@Singleton
@RunOnVirtualThread
@Tag(name = "Views")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "default",
        description = "A problem; its code is explained in docs/errors.md.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class ViewsDoor {
    private final QueryPipeline pipeline;
    private final Supplier<Catalog> catalog;
    private final CurrentRequest current;
    private final Results results;

    ViewsDoor(QueryPipeline pipeline, PublishedViews catalog, CurrentRequest current, Results results) {
        this.pipeline = pipeline;
        this.catalog = catalog;
        this.current = current;
        this.results = results;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "listViews", summary = "The views the caller may know, each in its newest version.")
    public ViewList list() {
        Request request = current.begin();
        return new ViewList(
                pipeline.describe(request).stream().map(ViewDocument::of).toList());
    }

    /** The views a caller may know. */
    public record ViewList(List<ViewDocument> views) {}

    @GET
    @Path("/{name}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "describeView", summary = "A view's contract as the caller may see it.")
    @APIResponse(
            responseCode = "200",
            description = "The contract. Of a deprecated version with the headers Deprecation, Sunset and Link.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ViewDocument.class)))
    public Response describe(
            @Parameter(description = "domain.name, or pinned: domain.name@1, @1.2, @1.2.0") @PathParam("name")
                    String name) {
        Request request = current.begin();
        Contract contract = pipeline.describe(request, reference(name));
        Response.ResponseBuilder response = Response.ok(ViewDocument.of(contract));
        DeprecationHeaders.of(contract.deprecated()).forEach(response::header);
        return response.build();
    }

    @GET
    @Path("/{name}/rows")
    @Operation(
            operationId = "readRows",
            summary = "Rows of a view by simple filters.",
            description =
                    "Every other query parameter is a filter: column=value or column.OP=value with OP one of eq, ne, lt, le, gt, "
                            + "ge, in (values separated by commas), null (true or false). All of them hold.")
    @Parameter(
            name = "columns",
            in = ParameterIn.QUERY,
            description = "Columns, separated by commas; all of them by default.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "order",
            in = ParameterIn.QUERY,
            description = "Columns to order by, separated by commas; -column for descending.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "Rows at most: 0 to 100000, by default 1000.",
            schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(
            name = "purpose",
            in = ParameterIn.QUERY,
            description = "What the data is for.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "timeout",
            in = ParameterIn.QUERY,
            description = "The longest the caller wants to wait, as an ISO 8601 duration.",
            schema = @Schema(type = SchemaType.STRING))
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
    public Response rows(@PathParam("name") String name, @Context UriInfo uri, @Context HttpHeaders headers) {
        ResultFormat format = ResultFormat.accepted(headers);
        MultivaluedMap<String, String> query = uri.getQueryParameters();
        ViewReference reference = reference(name);
        RowsQuery.Rows rows = RowsQuery.of(reference, catalog.get().findView(reference), query);
        Request request = current.begin(
                RowsQuery.single(query, "purpose"),
                RowsQuery.single(query, "timeout").map(Parameters::duration));
        try {
            return results.stream(format, request, rows.text());
        } catch (BelvedereException refused) {
            throw rows.named(refused);
        }
    }

    private static ViewReference reference(String name) {
        try {
            return ViewReference.parse(name);
        } catch (IllegalArgumentException notOne) {
            throw VIEW_NOT_FOUND.error("A view is named domain.name, or pinned as domain.name@1, @1.2 or @1.2.0.");
        }
    }
}
