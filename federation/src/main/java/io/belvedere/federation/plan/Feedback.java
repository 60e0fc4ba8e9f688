package io.belvedere.federation.plan;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.belvedere.policy.Stamp;
import java.time.Duration;
import java.util.Optional;

/**
 * How many rows a source really gave, by what it was asked and under which decision: it corrects the estimate of the next plan. Bounded;
 * what was not seen again for an hour is forgotten. Safe for use by many threads.
 *
 * <p>What a caller may learn through it: nothing. A count is found by the fingerprint of the decision alone, which stands for the same
 * views, row filters and masks with the same values in them; whoever has it would be given the very same rows. A caller under another
 * decision has other entries, so neither his plans, nor their order, nor an estimate in EXPLAIN say anything of rows that policy keeps
 * from him. It learns from whole answers only: not from one that keys narrowed, that nobody read to its end, or that lost a shard.
 *
 * <p>A shape has its constants in it: how many orders are open says nothing of how many are done. What is known of other constants is
 * in the sources' histograms.
 */
final class Feedback {
    private static final int SHAPES_MAX = 10_000;
    private static final Duration AGE = Duration.ofHours(1);
    /** The weight of what was seen last. */
    private static final double NEWEST = 0.5;

    private final BoundedCache<CacheKey.Governed<TreeShape>, Double> seen =
            new BoundedCache<>("observed-rows", SHAPES_MAX, AGE);

    /**
     * What a step is expected to give.
     *
     * @param rows as its plan estimates them
     */
    record Expectation(TreeShape shape, double rows) {}

    /** The rows that a tree of this shape gave under the decision. */
    Optional<Double> rows(TreeShape shape, Stamp stamp) {
        return seen.find(new CacheKey.Governed<>(shape, stamp));
    }

    /** Takes note of the rows that a tree gave, and returns what is expected of it from now on. */
    double learn(TreeShape shape, long rows, Stamp stamp) {
        CacheKey.Governed<TreeShape> key = new CacheKey.Governed<>(shape, stamp);
        double before = seen.find(key).orElse((double) rows);
        double now = Math.max(1, before + NEWEST * (rows - before));
        seen.keep(key, now);
        return now;
    }

    /** What is kept, for whoever measures. */
    Measured cache() {
        return seen;
    }
}
