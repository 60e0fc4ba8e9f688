package io.belvedere.federation.plan;

import io.belvedere.policy.Allow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plan for people, and the same as a record for JSON. With {@link Allow.Detail#SHAPE} it holds operators and views and nothing
 * else: no SQL, no literal, no condition of policy, no estimate, no name of a source.
 */
public final class ExplainText {
    /**
     * A plan as data. Everything but {@code shape} is empty for a caller without full detail.
     *
     * @param shape operators and views, indented
     * @param steps in order
     * @param keptBack operators that stayed in the engine, and why
     */
    public record Explained(
            String shape,
            Optional<String> wovenTree,
            Optional<String> plannedTree,
            List<ExplainedStep> steps,
            List<PlanReport.KeptBack> keptBack) {
        public Explained {
            steps = List.copyOf(steps);
            keptBack = List.copyOf(keptBack);
        }
    }

    /**
     * One step.
     *
     * @param kind {@code fetch}, {@code derive}, {@code deliver} or {@code pass-through}
     * @param source empty for a step of the engine
     * @param shards indexes into the source's shards
     * @param sql with {@code <keys of STEP.COLUMN>} where keys go
     */
    public record ExplainedStep(String name, String kind, Optional<String> source, List<Integer> shards, String sql) {
        public ExplainedStep {
            shards = List.copyOf(shards);
        }
    }

    private ExplainText() {}

    public static Explained explain(ExecutablePlan plan, Allow.Detail detail) {
        PlanReport report = plan.report();
        return switch (detail) {
            case SHAPE -> new Explained(report.shape(), Optional.empty(), Optional.empty(), List.of(), List.of());
            case FULL ->
                new Explained(
                        report.shape(),
                        Optional.of(report.wovenTree()),
                        Optional.of(report.plannedTree()),
                        plan.steps().stream().map(ExplainText::step).toList(),
                        report.pushdown());
        };
    }

    public static String render(ExecutablePlan plan, Allow.Detail detail) {
        Explained explained = explain(plan, detail);
        List<String> lines = new ArrayList<>(List.of(explained.shape()));
        for (ExplainedStep step : explained.steps()) {
            lines.add("");
            String place = step.source()
                    .map(source -> " at " + source + (step.shards().size() > 1 ? ", shards " + step.shards() : ""))
                    .orElse(" in the engine");
            lines.add(step.name() + ": " + step.kind() + place);
            step.sql().lines().forEach(line -> lines.add("    " + line));
        }
        if (!explained.keptBack().isEmpty()) {
            lines.add("");
            lines.add("kept in the engine");
            explained.keptBack().forEach(kept -> lines.add("    " + kept.operator() + ": " + kept.reason()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static ExplainedStep step(Step step) {
        return switch (step) {
            case Step.Fetch fetch -> fetch(fetch, "fetch");
            case Step.PassThrough(Step.Fetch fetch) -> fetch(fetch, "pass-through");
            case Step.Derive derive ->
                new ExplainedStep(derive.name(), "derive", Optional.empty(), List.of(), derive.sql());
            case Step.Deliver deliver ->
                new ExplainedStep(deliver.name(), "deliver", Optional.empty(), List.of(), deliver.sql());
        };
    }

    private static ExplainedStep fetch(Step.Fetch fetch, String kind) {
        return new ExplainedStep(
                fetch.name(),
                kind,
                Optional.of(fetch.source().value()),
                fetch.shards(),
                fetch.sql().describe(fetch.keys()));
    }
}
