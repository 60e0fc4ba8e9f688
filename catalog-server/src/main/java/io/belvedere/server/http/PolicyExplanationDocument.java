package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.server.pipeline.PolicyExplanation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What policy limits in a query of one's own.
 *
 * @param lines the same in sentences
 */
@Schema(name = "PolicyExplanation")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record PolicyExplanationDocument(
        String queryId,
        String auditId,
        String reason,
        @Schema(implementation = String.class) Optional<Instant> until,
        List<LimitedView> views,
        List<String> lines) {

    @Schema(name = "LimitedView")
    record LimitedView(
            String view,
            @Schema(enumeration = {"all", "limited"}) String rows,
            List<MaskedColumn> masked,
            long maxRows,
            int minGroupSize) {}

    @Schema(name = "MaskedColumn")
    record MaskedColumn(String name, String mask, String form) {}

    static PolicyExplanationDocument of(PolicyExplanation explanation) {
        return new PolicyExplanationDocument(
                explanation.query().toString(),
                explanation.auditId(),
                explanation.reason(),
                explanation.until(),
                explanation.views().stream()
                        .map(PolicyExplanationDocument::view)
                        .toList(),
                explanation.lines());
    }

    private static LimitedView view(PolicyExplanation.LimitedView view) {
        return new LimitedView(
                view.view().toString(),
                view.rows().name().toLowerCase(Locale.ROOT),
                view.masked().stream()
                        .map(column -> new MaskedColumn(column.name(), column.mask(), column.form()))
                        .toList(),
                view.rowsMax(),
                view.groupSizeMin());
    }
}
