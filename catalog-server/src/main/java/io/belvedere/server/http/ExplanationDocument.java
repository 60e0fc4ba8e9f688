package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.PlanReport;
import io.belvedere.server.pipeline.Explanation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A plan.
 *
 * @param shape operators and views, indented
 * @param full trees, steps with their SQL and what was not pushed down; with full detail only
 * @param ran what the run gave; with ANALYZE only
 */
@Schema(name = "Explanation")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ExplanationDocument(
        String queryId, String auditId, List<OutColumn> columns, String shape, Optional<Full> full, Optional<Ran> ran) {

    @Schema(name = "ExplanationColumn")
    record OutColumn(String name, String type) {}

    @Schema(name = "FullPlan")
    record Full(String wovenTree, String plannedTree, List<PlanStep> steps, List<NotPushed> notPushed) {}

    /** A step; {@code shards} are those that are asked, of {@code shardsInAll}. */
    @Schema(name = "PlanStep")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record PlanStep(
            String name,
            String kind,
            Optional<String> source,
            List<String> shards,
            Optional<Integer> shardsInAll,
            List<Keys> keys,
            List<String> inputs,
            String sql,
            Optional<Estimate> estimate,
            Optional<Actual> actual) {}

    /** Keys shipped into a step; above {@code keysMax} the source is scanned. */
    @Schema(name = "PlanKeys")
    record Keys(String from, List<String> columns, int keysMax) {}

    @Schema(name = "PlanEstimate")
    record Estimate(long rows, long bytes) {}

    /** What a step did. */
    @Schema(name = "PlanActual")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Actual(
            Optional<Long> rows, Optional<Long> bytes, double ms, int retries, long keys, List<Statement> statements) {}

    @Schema(name = "PlanStatement")
    record Statement(String shard, long rows, long bytes, double ms, int retries, long keys, String status) {}

    @Schema(name = "NotPushed")
    record NotPushed(String operator, String reason) {}

    /** What a run gave; its rows were dropped. */
    @Schema(name = "PlanRun")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Ran(long rows, Optional<Double> firstRowMs, double totalMs, List<String> incompleteSources) {}

    static ExplanationDocument of(Explanation explanation) {
        return new ExplanationDocument(
                explanation.query().toString(),
                explanation.auditId(),
                explanation.columns().stream()
                        .map(column ->
                                new OutColumn(column.name(), column.type().toString()))
                        .toList(),
                explanation.plan().shape(),
                explanation.plan().full().map(ExplanationDocument::full),
                explanation.ran().map(ExplanationDocument::ran));
    }

    private static Full full(Explained.Full plan) {
        return new Full(
                plan.wovenTree(),
                plan.plannedTree(),
                plan.steps().stream().map(ExplanationDocument::step).toList(),
                plan.notPushed().stream()
                        .map(kept -> new NotPushed(kept.operator(), kept.reason()))
                        .toList());
    }

    private static PlanStep step(Explained.ExplainedStep step) {
        return new PlanStep(
                step.name(),
                step.kind(),
                step.source(),
                step.shards(),
                step.source().map(_ -> step.shardsInAll()),
                step.keys().stream()
                        .map(keys -> new Keys(keys.from(), keys.columns(), keys.keysMax()))
                        .toList(),
                step.inputs(),
                step.sql(),
                step.estimate().map(ExplanationDocument::estimate),
                step.actual().map(ExplanationDocument::actual));
    }

    private static Estimate estimate(PlanReport.Estimate estimate) {
        return new Estimate(estimate.rows(), estimate.bytes());
    }

    private static Actual actual(Explained.Actual actual) {
        return new Actual(
                actual.rows(),
                actual.bytes(),
                millis(actual.took()),
                actual.retries(),
                actual.keys(),
                actual.statements().stream()
                        .map(each -> new Statement(
                                each.shard(),
                                each.rows(),
                                each.bytes(),
                                millis(each.took()),
                                Math.max(0, each.attempts() - 1),
                                each.keys(),
                                each.status()))
                        .toList());
    }

    private static Ran ran(Explanation.Ran ran) {
        return new Ran(
                ran.rows(),
                ran.firstRow().map(ExplanationDocument::millis),
                millis(ran.total()),
                ran.incompleteSources());
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }
}
