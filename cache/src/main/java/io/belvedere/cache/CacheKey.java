package io.belvedere.cache;

import io.belvedere.policy.Stamp;

/**
 * What a cached thing is found by. The kinds keep apart what policy has shaped and what it has not, so that a cache of governed things
 * cannot be asked without the decision they were made under.
 *
 * @param <K> the subject: what the cached thing is about
 */
public sealed interface CacheKey<K> {
    K subject();

    /**
     * A thing that was shaped by a decision: plans, results, what was learned from their rows.
     *
     * @param stamp of the decision it was made under; only a decision has one
     */
    record Governed<K>(K subject, Stamp stamp) implements CacheKey<K> {}

    /**
     * A question to policy, whole, and so what was decided: it has no decision yet.
     *
     * @param revision of the policy that answers
     */
    record Asked<K>(K subject, String revision) implements CacheKey<K> {
        public Asked {
            if (revision.isBlank()) {
                throw new IllegalArgumentException("a question is asked of one revision of the policy");
            }
        }
    }

    /** A thing from before policy: statistics and metadata of sources, texts. It may shape a plan, never an answer to a caller. */
    record Internal<K>(K subject) implements CacheKey<K> {}
}
