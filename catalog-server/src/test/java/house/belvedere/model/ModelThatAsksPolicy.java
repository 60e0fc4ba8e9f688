package house.belvedere.model;

import house.belvedere.policy.PolicyThatReadsTheLog;

/** Breaks: the model depends on no other module; modules have no cycles. */
final class ModelThatAsksPolicy {
    PolicyThatReadsTheLog policy() {
        return new PolicyThatReadsTheLog();
    }
}
