package io.belvedere.federation.plan;

import io.belvedere.policy.Alike;

/** Plans with the fingerprint that {@link Alike} gives every decision. */
public final class AlikePlans {
    private AlikePlans() {}

    public static ExecutablePlan of(ExecutablePlan plan) {
        return new ExecutablePlan(
                plan.steps(), plan.columns(), Alike.FINGERPRINT, plan.limits(), plan.onSourceFailure(), plan.report());
    }
}
