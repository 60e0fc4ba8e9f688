package io.belvedere.model.view;

import java.time.Duration;
import java.util.Optional;

/**
 * How old the rows of a dimension may be that a view is answered with.
 *
 * @param staleMax empty where each dimension's own bound is enough; then tables of sources are read at their source
 */
public record Freshness(Optional<Duration> staleMax) {
    public static final Duration STALE_MIN = Duration.ofSeconds(1);
    public static final Duration STALE_MAX = Duration.ofHours(1);

    /** A view that says nothing. */
    public static final Freshness UNSAID = new Freshness(Optional.empty());

    public Freshness {
        staleMax.ifPresent(age -> {
            if (age.compareTo(STALE_MIN) < 0 || age.compareTo(STALE_MAX) > 0) {
                throw new IllegalArgumentException("maxStaleness is 1s to 1h");
            }
        });
    }
}
