package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.Deprecation;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.server.pipeline.Contract;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A contract as one caller may see it; the view's body is not part of it.
 *
 * @param version the version that is described
 * @param versions the versions the caller may see, oldest first
 */
@Schema(name = "View")
public record ViewDocument(
        String name,
        String version,
        List<String> versions,
        String title,
        String owner,
        String description,
        List<String> tags,
        List<Column> columns,
        Limits limits,

        @Schema(description = "Only where this version should be used no more.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        Notice deprecated) {

    /** That the version should be used no more. */
    @Schema(name = "ViewDeprecation")
    public record Notice(
            String since,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String sunset,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String successor,

            String reason) {}

    /**
     * A column.
     *
     * @param masked whether the caller sees something else than its values
     */
    @Schema(name = "Column")
    public record Column(
            String name,
            String type,
            boolean nullable,
            boolean key,
            List<String> classification,
            String description,
            boolean masked) {}

    /** The bounds of a query on the view. */
    @Schema(name = "ViewLimits")
    public record Limits(
            @Schema(implementation = String.class) Duration timeout, long maxRows) {}

    static ViewDocument of(Contract contract) {
        ViewDefinition view = contract.view();
        return new ViewDocument(
                view.id().name().toString(),
                view.id().version().toString(),
                contract.versions().stream().map(Object::toString).toList(),
                view.title(),
                view.owner(),
                view.description(),
                view.tags().stream().sorted().toList(),
                contract.columns().stream().map(ViewDocument::column).toList(),
                new Limits(view.limits().timeout(), view.limits().rowsMax()),
                view.deprecation().map(ViewDocument::notice).orElse(null));
    }

    private static Notice notice(Deprecation clause) {
        return new Notice(
                clause.since().toString(),
                clause.sunset().map(Object::toString).orElse(null),
                clause.successor().map(Object::toString).orElse(null),
                clause.reason());
    }

    private static Column column(Contract.VisibleColumn visible) {
        var column = visible.column();
        return new Column(
                column.name().value(),
                visible.type().toString(),
                column.presence() == Presence.OPTIONAL,
                column.keyPart() == KeyPart.KEY,
                column.classifications().stream().map(Object::toString).toList(),
                column.description(),
                visible.masked());
    }
}
