package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.server.pipeline.Explanation;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A plan.
 *
 * @param shape operators and views, indented
 * @param full trees, steps with their SQL and what was not pushed down; with full detail only
 */
@Schema(name = "Explanation")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ExplanationDocument(String queryId, String auditId, List<OutColumn> columns, String shape, Optional<Full> full) {

    @Schema(name = "ExplanationColumn")
    record OutColumn(String name, String type) {}

    @Schema(name = "FullPlan")
    record Full(String wovenTree, String plannedTree, List<PlanStep> steps, List<NotPushed> notPushed) {}

    @Schema(name = "PlanStep")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record PlanStep(String name, String kind, Optional<String> source, List<Integer> shards, String sql) {}

    @Schema(name = "NotPushed")
    record NotPushed(String operator, String reason) {}

    static ExplanationDocument of(Explanation explanation) {
        return new ExplanationDocument(
                explanation.query().toString(),
                explanation.auditId(),
                explanation.columns().stream()
                        .map(column ->
                                new OutColumn(column.name(), column.type().toString()))
                        .toList(),
                explanation.shape(),
                explanation.full().map(ExplanationDocument::full));
    }

    private static Full full(Explanation.FullPlan plan) {
        return new Full(
                plan.wovenTree(),
                plan.plannedTree(),
                plan.steps().stream()
                        .map(step -> new PlanStep(step.name(), step.kind(), step.source(), step.shards(), step.sql()))
                        .toList(),
                plan.pushdown().stream()
                        .map(kept -> new NotPushed(kept.operator(), kept.reason()))
                        .toList());
    }
}
