package io.belvedere.model.view;

import java.time.Duration;

/**
 * Bounds for one query on a view.
 *
 * @param timeout how long a query may take in all
 * @param rowsMax how many rows a result may have
 * @param shippedKeysMax how many distinct keys may travel to one source
 * @param onTooManyKeys what happens past it
 */
public record ViewLimits(Duration timeout, long rowsMax, int shippedKeysMax, OnTooManyKeys onTooManyKeys) {
    public static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);
    public static final long ROWS_MAX = 100_000_000;
    public static final int SHIPPED_KEYS_MAX = 100_000;
    public static final ViewLimits DEFAULT = new ViewLimits(Duration.ofSeconds(60), 5_000_000, 50_000);

    public ViewLimits {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("a timeout is more than zero and at most " + TIMEOUT_MAX);
        }
        if (rowsMax < 1 || rowsMax > ROWS_MAX) {
            throw new IllegalArgumentException("maxRows is 1 to " + ROWS_MAX);
        }
        if (shippedKeysMax < 0 || shippedKeysMax > SHIPPED_KEYS_MAX) {
            throw new IllegalArgumentException("maxShippedKeys is 0 to " + SHIPPED_KEYS_MAX);
        }
    }

    /** Limits that scan past the last key. */
    public ViewLimits(Duration timeout, long rowsMax, int shippedKeysMax) {
        this(timeout, rowsMax, shippedKeysMax, OnTooManyKeys.SCAN);
    }

    /** What becomes of a query that would have to send a source more keys than it may. */
    public enum OnTooManyKeys {
        /** The source is asked for its rows without the keys, up to its own limit of rows. */
        SCAN,
        /** The query is refused. */
        REFUSE
    }
}
