package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import java.util.List;
import java.util.Map;

/** Plans written by hand, for tests of what runs them; the product's plans come from the planner alone. */
public final class PlanFixtures {
    private PlanFixtures() {}

    public static ExecutablePlan plan(Step... steps) {
        return plan(ViewLimits.DEFAULT, new OnSourceFailure.Fail(), steps);
    }

    public static ExecutablePlan plan(ViewLimits limits, OnSourceFailure onSourceFailure, Step... steps) {
        List<OutputColumn> columns = steps[steps.length - 1].columns();
        PlanReport report = new PlanReport("", "", "", List.of(), Map.of());
        return new ExecutablePlan(List.of(steps), columns, "stamp", limits, onSourceFailure, report);
    }
}
