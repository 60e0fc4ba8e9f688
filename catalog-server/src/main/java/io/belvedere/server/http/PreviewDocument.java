package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.server.pipeline.Preview;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What policy would let a caller see of a query; no row, and no value of one. */
@Schema(name = "Preview")
record PreviewDocument(String queryId, String auditId, Seen caller) {

    /** What one caller would see. */
    @Schema(name = "PreviewSeen")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Seen(
            String subject,
            @Schema(enumeration = {"allow", "deny"}) String effect,
            String reason,
            String revision,
            @Schema(implementation = String.class) Optional<Instant> until,
            List<SeenView> views,
            List<OutColumn> columns,
            Optional<String> shape,
            Optional<String> wovenTree,
            Optional<Told> problem) {

        static Seen of(Preview.Seen seen) {
            return new Seen(
                    seen.caller().subject(),
                    seen.allowed() ? "allow" : "deny",
                    seen.reason(),
                    seen.revision(),
                    seen.until(),
                    seen.views().stream().map(SeenView::of).toList(),
                    seen.columns().stream()
                            .map(column ->
                                    new OutColumn(column.name(), column.type().toString()))
                            .toList(),
                    seen.shape(),
                    seen.tree(),
                    seen.problem().map(told -> new Told(told.code(), told.detail())));
        }
    }

    /** What is obliged of one view: all rows, or those that meet the condition. */
    @Schema(name = "PreviewView")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record SeenView(
            String view,
            @Schema(enumeration = {"all", "limited"}) String rows,
            Optional<String> filter,
            List<SeenColumn> columns,
            long maxRows,
            int minGroupSize) {

        static SeenView of(Preview.SeenView view) {
            return new SeenView(
                    view.view(),
                    view.filter().isPresent() ? "limited" : "all",
                    view.filter(),
                    view.columns().stream()
                            .map(column -> new SeenColumn(column.name(), column.type(), column.mask(), column.form()))
                            .toList(),
                    view.rowsMax(),
                    view.groupSizeMin());
        }
    }

    @Schema(name = "PreviewColumn")
    record SeenColumn(String name, String type, String mask, String form) {}

    @Schema(name = "PreviewOutput")
    record OutColumn(String name, String type) {}

    @Schema(name = "PreviewProblem", description = "What the caller would be told in place of an answer.")
    record Told(String code, String detail) {}

    static PreviewDocument of(Preview preview) {
        return new PreviewDocument(
                preview.query().toString(),
                preview.auditId(),
                Seen.of(preview.seen().getFirst()));
    }
}
