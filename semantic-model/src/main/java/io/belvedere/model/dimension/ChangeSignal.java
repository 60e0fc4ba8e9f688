package io.belvedere.model.dimension;

import java.time.Duration;
import java.util.regex.Pattern;

/** How a source tells that a dimension's rows changed, before the interval ends. */
public sealed interface ChangeSignal {
    /** PostgreSQL's NOTIFY on a channel. */
    record Notification(String channel) implements ChangeSignal {
        public static final int CHANNEL_LENGTH_MAX = 63;
        private static final Pattern CHANNEL = Pattern.compile("[a-z_][a-z0-9_]{0," + (CHANNEL_LENGTH_MAX - 1) + "}");

        public Notification {
            if (!CHANNEL.matcher(channel).matches()) {
                throw new IllegalArgumentException("a channel is a lower-case word of letters, digits and _, at most "
                        + CHANNEL_LENGTH_MAX + " characters");
            }
        }
    }

    /**
     * A query of one row that gives something else after each change, like {@code SELECT max(updated_at) FROM crm.countries}.
     *
     * @param query ANSI SQL over tables of the dimension's source
     * @param poll how often it is asked
     */
    record Watermark(Contents.OfQuery query, Duration poll) implements ChangeSignal {
        public static final Duration POLL_MIN = Duration.ofSeconds(1);
        public static final Duration POLL_MAX = Duration.ofHours(1);
        public static final Duration POLL_DEFAULT = Duration.ofSeconds(10);

        public Watermark {
            if (poll.compareTo(POLL_MIN) < 0 || poll.compareTo(POLL_MAX) > 0) {
                throw new IllegalArgumentException("a watermark is asked for every 1s to 1h");
            }
        }
    }
}
