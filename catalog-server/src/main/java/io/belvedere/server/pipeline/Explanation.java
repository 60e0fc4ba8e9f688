package io.belvedere.server.pipeline;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanReport;
import io.belvedere.federation.plan.PlanReport.KeptBack;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.access.QueryId;
import io.belvedere.policy.Allow;
import java.util.List;
import java.util.Optional;

/**
 * How a query would run, as far as the caller may see it.
 *
 * @param shape operators and views; no literal, no policy, no SQL of a source, no estimate
 * @param full the rest; for callers with full detail only
 */
public record Explanation(
        QueryId query, String auditId, List<OutputColumn> columns, String shape, Optional<FullPlan> full) {
    public Explanation {
        columns = List.copyOf(columns);
    }

    /** The trees, the steps and what was not pushed down. */
    public record FullPlan(String wovenTree, String plannedTree, List<PlanStep> steps, List<KeptBack> pushdown) {
        public FullPlan {
            steps = List.copyOf(steps);
            pushdown = List.copyOf(pushdown);
        }
    }

    /**
     * One step.
     *
     * @param kind {@code fetch}, {@code derive}, {@code deliver} or {@code pass-through}
     * @param source empty for a step in the engine
     */
    public record PlanStep(String name, String kind, Optional<String> source, List<Integer> shards, String sql) {
        public PlanStep {
            shards = List.copyOf(shards);
        }
    }

    static Explanation of(QueryId query, String auditId, ExecutablePlan plan, Allow.Detail detail) {
        PlanReport report = plan.report();
        Optional<FullPlan> full = switch (detail) {
            case SHAPE -> Optional.empty();
            case FULL ->
                Optional.of(new FullPlan(
                        report.wovenTree(),
                        report.plannedTree(),
                        plan.steps().stream().map(Explanation::step).toList(),
                        report.pushdown()));
        };
        return new Explanation(query, auditId, plan.columns(), report.shape(), full);
    }

    private static PlanStep step(Step step) {
        return switch (step) {
            case Step.Fetch fetch -> fetch(fetch, "fetch");
            case Step.PassThrough(Step.Fetch fetch) -> fetch(fetch, "pass-through");
            case Step.Derive derive -> new PlanStep(derive.name(), "derive", Optional.empty(), List.of(), derive.sql());
            case Step.Deliver deliver ->
                new PlanStep(deliver.name(), "deliver", Optional.empty(), List.of(), deliver.sql());
        };
    }

    private static PlanStep fetch(Step.Fetch fetch, String kind) {
        return new PlanStep(
                fetch.name(),
                kind,
                Optional.of(fetch.source().value()),
                fetch.shards(),
                fetch.sql().describe(fetch.keys()));
    }
}
