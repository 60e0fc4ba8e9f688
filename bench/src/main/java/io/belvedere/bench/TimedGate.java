package io.belvedere.bench;

import io.belvedere.bench.StepTimes.Step;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import java.util.Optional;

/** A gate whose decisions are timed. */
record TimedGate(PolicyGate gate, StepTimes times) implements PolicyGate {
    @Override
    public Decision decide(PolicyRequest request) {
        return times.timed(Step.DECIDE, () -> gate.decide(request));
    }

    @Override
    public String revision() {
        return gate.revision();
    }

    @Override
    public Optional<BelvedereException> problem() {
        return gate.problem();
    }

    @Override
    public void close() {
        gate.close();
    }
}
