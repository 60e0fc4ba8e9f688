package house.belvedere.federation.verify;

import house.belvedere.federation.plan.Choice;

/** Breaks: the proof uses nothing that made the plan. */
final class ProofThatBelieves {
    Choice choice() {
        return new Choice();
    }
}
