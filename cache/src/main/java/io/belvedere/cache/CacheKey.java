package io.belvedere.cache;

/**
 * What a cached thing is found by. The two kinds keep apart what policy has shaped and what it has not, so that a cache of
 * governed things cannot be asked without the decision they were made under.
 *
 * @param <K> the subject: what the cached thing is about
 */
public sealed interface CacheKey<K> {
    K subject();

    /**
     * A thing that was shaped by a decision: plans, results, contracts as a caller sees them.
     *
     * @param stamp the fingerprint of the decision it was made under
     */
    record Governed<K>(K subject, String stamp) implements CacheKey<K> {
        public Governed {
            if (stamp.isBlank()) {
                throw new IllegalArgumentException("a governed key carries a decision's fingerprint");
            }
        }
    }

    /** A thing from before policy: statistics and metadata of sources. It may shape a plan, never an answer to a caller. */
    record Internal<K>(K subject) implements CacheKey<K> {}
}
