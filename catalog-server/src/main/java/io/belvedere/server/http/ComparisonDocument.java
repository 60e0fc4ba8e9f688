package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.server.pipeline.Preview;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What policy would let two callers see of a query, side by side. */
@Schema(name = "Comparison")
record ComparisonDocument(
        String queryId,
        String auditId,
        PreviewDocument.Seen first,
        PreviewDocument.Seen second,
        List<Difference> differences) {

    /** A view whose rows differ, or a column of it that does. */
    @Schema(name = "PreviewDifference")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Difference(String view, Optional<String> column, String first, String second) {}

    static ComparisonDocument of(Preview preview) {
        return new ComparisonDocument(
                preview.query().toString(),
                preview.auditId(),
                PreviewDocument.Seen.of(preview.seen().get(0)),
                PreviewDocument.Seen.of(preview.seen().get(1)),
                preview.differences().stream()
                        .map(each -> new Difference(each.view(), each.column(), each.first(), each.second()))
                        .toList());
    }
}
