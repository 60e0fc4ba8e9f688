package io.belvedere.federation.plan;

import io.belvedere.federation.weave.GovernedQuery;
import java.util.List;
import java.util.Map;

/** Plans without steps, for tests of the doors: nothing is asked of a source, the rows come from a fake. */
public final class UnplannedPlans {
    private UnplannedPlans() {}

    public static ExecutablePlan of(GovernedQuery query) {
        return new ExecutablePlan(
                List.of(),
                query.columns(),
                query.decision().fingerprint(),
                query.limits(),
                query.onSourceFailure(),
                new PlanReport("the shape", "the woven tree", "the planned tree", List.of(), Map.of()));
    }
}
