package io.belvedere.server.http;

import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.server.pipeline.Contract;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

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
        Limits limits) {

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
                new Limits(view.limits().timeout(), view.limits().rowsMax()));
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
