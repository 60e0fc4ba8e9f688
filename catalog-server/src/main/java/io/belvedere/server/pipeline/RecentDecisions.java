package io.belvedere.server.pipeline;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.CacheKey;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import java.time.Duration;

/**
 * A gate in front of a gate: a question that was answered a moment ago, word for word, by the policy that decides now, gets the same
 * answer. Safe for use by many threads; a failure is not kept.
 *
 * <p>A question is everything that is sent (caller with roles and attributes, purpose, operation, protocol, the time in seconds, every
 * view with all that policy reads of it), so nothing that could make policy answer otherwise is left out. Another revision of the policy
 * is another question.
 */
public final class RecentDecisions implements PolicyGate {
    /** How long an answer serves; with the time in the question it is less. */
    static final Duration AGE_MAX = Duration.ofSeconds(1);

    private static final int KEPT_MAX = 10_000;

    private final PolicyGate gate;
    private final BoundedCache<CacheKey.Governed<Question>, Decision> decisions;

    /** Does not own the gate. */
    public RecentDecisions(PolicyGate gate) {
        this.gate = gate;
        this.decisions = new BoundedCache<>(
                "decisions", KEPT_MAX, AGE_MAX, key -> gate.decide(key.subject().request()));
    }

    /** A question; its hash is of a part of it, its equality of all of it. */
    private record Question(PolicyRequest request) {
        @Override
        public int hashCode() {
            int hash = request.caller().subject().hashCode();
            hash = 31 * hash + request.time().hashCode();
            hash = 31 * hash + request.operation().hashCode();
            for (ViewDefinition view : request.views()) {
                hash = 31 * hash + view.hash().hashCode();
            }
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Question(PolicyRequest theirs) && request.equals(theirs);
        }
    }

    @Override
    public Decision decide(PolicyRequest request) {
        // The revision is read first: an answer of a newer policy under it is never asked for again, the other way
        // round would be.
        return decisions.require(new CacheKey.Governed<>(new Question(request), gate.revision()));
    }

    @Override
    public String revision() {
        return gate.revision();
    }

    /** What is kept, for whoever measures. */
    public CacheCounts counts() {
        return decisions.counts();
    }

    /** Forgets everything; the gate behind stays open. */
    @Override
    public void close() {
        decisions.clear();
    }
}
