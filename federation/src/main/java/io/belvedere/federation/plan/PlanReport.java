package io.belvedere.federation.plan;

import java.util.List;
import java.util.Map;

/**
 * What EXPLAIN shows. {@code wovenTree}, {@code pushdown}, {@code expected} and the steps' SQL are for callers with full detail; {@code shape} is for
 * everybody who may run the query and holds no literal, no policy, no estimate and no SQL of a source.
 *
 * @param shape operators and views, indented
 * @param wovenTree the governed tree before planning
 * @param plannedTree the tree after planning
 * @param pushdown per operator that stayed in the engine: which, and why
 * @param expected what is expected of a step, by its name
 */
public record PlanReport(
        String shape, String wovenTree, String plannedTree, List<KeptBack> pushdown, Map<String, Expected> expected) {
    static final PlanReport NONE = new PlanReport("", "", "", List.of(), Map.of());

    public PlanReport {
        pushdown = List.copyOf(pushdown);
        expected = Map.copyOf(expected);
    }

    /**
     * What is expected of a step.
     *
     * @param shards the shards that are asked, by name; empty for a step in the engine
     * @param shardsInAll how many the source has
     */
    public record Expected(Estimate estimate, List<String> shards, int shardsInAll) {
        public Expected {
            shards = List.copyOf(shards);
        }
    }

    /**
     * How much a step gives. It comes from the sources' statistics, which count rows before policy.
     *
     * @param bytes rows times the usual width of their columns
     */
    public record Estimate(long rows, long bytes) {}

    /** An operator that was not pushed to a source, and the reason in one sentence. */
    public record KeptBack(String operator, String reason) {}
}
