package io.belvedere.model.dimension;

import java.time.Duration;
import java.time.Instant;

/** When a dimension's rows are loaded anew, if nothing says earlier that they changed. */
public sealed interface Refresh {
    /** The first moment after this one at which they are to be loaded. */
    Instant nextAfter(Instant loaded);

    /** So long after each load began. */
    record Every(Duration interval) implements Refresh {
        public static final Duration INTERVAL_MIN = Duration.ofSeconds(1);
        public static final Duration INTERVAL_MAX = Duration.ofHours(1);

        public Every {
            if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
                throw new IllegalArgumentException("a dimension is refreshed every 1s to 1h");
            }
        }

        @Override
        public Instant nextAfter(Instant loaded) {
            return loaded.plus(interval);
        }
    }

    /** At fixed times, in UTC. */
    record At(Cron times) implements Refresh {
        @Override
        public Instant nextAfter(Instant loaded) {
            return times.nextAfter(loaded);
        }
    }
}
