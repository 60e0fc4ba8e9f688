package io.belvedere.federation.plan;

import java.util.List;

/**
 * What EXPLAIN shows. {@code wovenTree}, {@code pushdown} and the steps' SQL are for callers with full detail; {@code shape} is for
 * everybody who may run the query and holds no literal, no policy, no estimate and no SQL of a source.
 *
 * @param shape operators and views, indented
 * @param wovenTree the governed tree before planning
 * @param plannedTree the tree after planning
 * @param pushdown per operator that stayed in the engine: which, and why
 */
public record PlanReport(String shape, String wovenTree, String plannedTree, List<KeptBack> pushdown) {
    public PlanReport {
        pushdown = List.copyOf(pushdown);
    }

    /** An operator that was not pushed to a source, and the reason in one sentence. */
    public record KeptBack(String operator, String reason) {}
}
