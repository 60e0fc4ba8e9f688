package io.belvedere.server.pipeline;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A gate in front of a gate: a question that was answered a moment ago, word for word, by the policy that decides now, gets the same
 * answer. Safe for use by many threads; a failure is not kept.
 *
 * <p>A question is everything that is sent (caller with roles and attributes, purpose, operation, protocol, the time in steps of
 * two seconds, every view with all that policy reads of it), so nothing that could make policy answer otherwise is left out. Another revision of the policy
 * is another question.
 */
public final class RecentDecisions implements PolicyGate {
    /** How long an answer serves at most. */
    static final Duration AGE_MAX = Duration.ofSeconds(2);

    private static final int KEPT_MAX = 10_000;

    private final PolicyGate gate;
    private final BoundedCache<CacheKey.Asked<Question>, Decision> decisions;

    /**
     * The time that a question of the caller's names now: at most {@link #AGE_MAX} ago, so that the same question is the same, byte for
     * byte, for that long. The steps of different callers begin at different times, so that they do not all ask at once.
     */
    static Instant moment(Caller caller, Instant now) {
        long step = AGE_MAX.toMillis();
        long phase = Math.floorMod(caller.subject().hashCode(), step);
        return Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli() - phase, step) * step + phase);
    }

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
        return decisions.require(new CacheKey.Asked<>(new Question(request), gate.revision()));
    }

    @Override
    public String revision() {
        return gate.revision();
    }

    @Override
    public Optional<BelvedereException> problem() {
        return gate.problem();
    }

    /** What is kept, for whoever measures. */
    public Measured cache() {
        return decisions;
    }

    /** Forgets everything; the gate behind stays open. */
    @Override
    public void close() {
        decisions.clear();
    }
}
