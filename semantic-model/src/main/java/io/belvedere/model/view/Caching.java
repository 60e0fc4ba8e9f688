package io.belvedere.model.view;

import java.time.Duration;
import java.util.Optional;

/**
 * What of a view's answers may be kept to answer the same question again.
 *
 * @param resultsFor for how long whole results may; empty for never. A query's results are kept only where every view it touches lets
 *     them, and then for the shortest time of all
 */
public record Caching(Optional<Duration> resultsFor) {
    public static final Duration RESULTS_MIN = Duration.ofSeconds(1);
    public static final Duration RESULTS_MAX = Duration.ofHours(1);
    /** Nothing is kept. */
    public static final Caching NONE = new Caching(Optional.empty());

    public Caching {
        if (resultsFor
                .filter(ttl -> ttl.compareTo(RESULTS_MIN) < 0 || ttl.compareTo(RESULTS_MAX) > 0)
                .isPresent()) {
            throw new IllegalArgumentException("results are kept for 1s to 1h");
        }
    }
}
