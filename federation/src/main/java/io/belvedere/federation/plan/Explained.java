package io.belvedere.federation.plan;

import io.belvedere.federation.dimension.AtHand;
import io.belvedere.model.TableName;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A plan as data. With {@link Allow.Detail#SHAPE} it holds operators and views and nothing else: no SQL, no literal, no condition
 * of policy, no estimate, no name of a source.
 *
 * @param shape operators and views, indented
 * @param full the rest; for callers with full detail only
 */
public record Explained(String shape, Optional<Full> full) {
    /**
     * @param wovenTree the governed tree before planning
     * @param plannedTree the tree after planning, cut into fragments
     * @param steps in order
     * @param notPushed operators that stayed in the engine, each with its reason
     */
    public record Full(
            String wovenTree, String plannedTree, List<ExplainedStep> steps, List<PlanReport.KeptBack> notPushed) {
        public Full {
            steps = List.copyOf(steps);
            notPushed = List.copyOf(notPushed);
        }
    }

    /**
     * One step.
     *
     * @param kind {@code fetch}, {@code derive}, {@code deliver} or {@code pass-through}
     * @param source empty for a step of the engine; of rows in memory, the dimensions, as of when they are and how many rows they have
     * @param sql with {@code <keys of STEP.COLUMN>} where keys go
     * @param shards the shards that are asked, by name
     * @param shardsInAll how many the source has; 0 for a step of the engine
     * @param inputs the steps an engine's step reads
     * @param estimate what was expected when it was planned
     * @param actual what happened; empty where the plan did not run
     */
    public record ExplainedStep(
            String name,
            String kind,
            Optional<String> source,
            List<String> shards,
            int shardsInAll,
            List<ExplainedKeys> keys,
            List<String> inputs,
            String sql,
            Optional<PlanReport.Estimate> estimate,
            Optional<Actual> actual) {
        public ExplainedStep {
            shards = List.copyOf(shards);
            keys = List.copyOf(keys);
            inputs = List.copyOf(inputs);
        }

        /** The same step with what happened. */
        public ExplainedStep with(Actual happened) {
            return new ExplainedStep(
                    name, kind, source, shards, shardsInAll, keys, inputs, sql, estimate, Optional.of(happened));
        }

        private ExplainedStep withoutEstimate() {
            return new ExplainedStep(
                    name, kind, source, shards, shardsInAll, keys, inputs, sql, Optional.empty(), actual);
        }
    }

    /** Keys that are shipped into a fetch: from which step's columns, and how many at most before the source is scanned. */
    public record ExplainedKeys(String from, List<String> columns, int keysMax) {
        public ExplainedKeys {
            columns = List.copyOf(columns);
        }
    }

    /**
     * What a step did.
     *
     * @param rows empty where nobody counted them: a table kept in the engine
     * @param retries statements that were sent a second time
     * @param keys keys shipped, the most that one statement held
     * @param statements one for each shard that was asked
     */
    public record Actual(
            Optional<Long> rows,
            Optional<Long> bytes,
            Duration took,
            int retries,
            long keys,
            List<ActualStatement> statements) {
        public Actual {
            statements = List.copyOf(statements);
        }
    }

    /**
     * What the statement at one shard did.
     *
     * @param status as in the timeline: {@code ok}, {@code skipped} where there was no key to ask for, {@code cancelled} …
     */
    public record ActualStatement(
            String shard, long rows, long bytes, Duration took, int attempts, long keys, String status) {}

    /** A plan without dimensions. */
    public static Explained of(ExecutablePlan plan, Allow.Detail detail) {
        return of(plan, detail, AtHand.none());
    }

    /** @param dimensions those that the plan was made with */
    public static Explained of(ExecutablePlan plan, Allow.Detail detail, AtHand dimensions) {
        PlanReport report = plan.report();
        return switch (detail) {
            case SHAPE -> new Explained(report.shape(), Optional.empty());
            case FULL ->
                new Explained(
                        report.shape(),
                        Optional.of(new Full(
                                report.wovenTree(),
                                report.plannedTree(),
                                plan.steps().stream()
                                        .map(step -> step(step, report.expected(), dimensions))
                                        .toList(),
                                report.pushdown())));
        };
    }

    /** The same without numbers from statistics, for comparisons that should not move with them. */
    Explained withoutEstimates() {
        return new Explained(
                shape,
                full.map(plan -> new Full(
                        plan.wovenTree(),
                        plan.plannedTree(),
                        plan.steps().stream()
                                .map(ExplainedStep::withoutEstimate)
                                .toList(),
                        plan.notPushed())));
    }

    private static ExplainedStep step(Step step, Map<String, PlanReport.Expected> expected, AtHand dimensions) {
        Optional<PlanReport.Expected> outlook = Optional.ofNullable(expected.get(step.name()));
        return switch (step) {
            case Step.Fetch fetch -> fetch(fetch, "fetch", outlook, dimensions);
            case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> fetch(fetch, "pass-through", outlook, dimensions);
            case Step.Derive derive -> engine(derive.name(), "derive", derive.inputs(), derive.sql(), outlook);
            case Step.Deliver deliver -> engine(deliver.name(), "deliver", deliver.inputs(), deliver.sql(), outlook);
        };
    }

    private static ExplainedStep engine(
            String name, String kind, List<String> inputs, String sql, Optional<PlanReport.Expected> expected) {
        return new ExplainedStep(
                name,
                kind,
                Optional.empty(),
                List.of(),
                0,
                List.of(),
                inputs,
                sql,
                expected.map(PlanReport.Expected::estimate),
                Optional.empty());
    }

    private static ExplainedStep fetch(
            Step.Fetch fetch, String kind, Optional<PlanReport.Expected> expected, AtHand dimensions) {
        List<ExplainedKeys> keys = fetch.keys().stream()
                .map(each -> new ExplainedKeys(
                        each.from(),
                        each.columns().stream().map(KeyShipment.KeyColumn::name).toList(),
                        each.keysMax()))
                .toList();
        return new ExplainedStep(
                fetch.name(),
                kind,
                Optional.of(fetch.cache()
                        .map(cache -> cached(cache, dimensions))
                        .orElse(fetch.source().value())),
                expected.map(PlanReport.Expected::shards).orElse(List.of()),
                expected.map(PlanReport.Expected::shardsInAll).orElse(0),
                keys,
                List.of(),
                fetch.describedSql(),
                expected.map(PlanReport.Expected::estimate),
                Optional.empty());
    }

    /** {@code cache ref.countries as of …, generation 3, 120 rows}. */
    private static String cached(Step.CacheRead cache, AtHand dimensions) {
        return cache.dimensions().stream()
                .sorted(Comparator.comparing(TableName::toString))
                .map(name -> name
                        + dimensions
                                .find(name)
                                .map(rows -> " as of " + rows.asOf() + ", generation " + rows.generation() + ", "
                                        + rows.rowCount() + " rows")
                                .orElse(""))
                .collect(Collectors.joining("; ", "cache ", ""));
    }
}
