package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.model.SourceName;
import io.belvedere.model.view.ViewLimits.OnTooManyKeys;

/** How many keys one query may ship in all, and what happens past it. Safe for use by many threads. */
final class KeyBudget {
    static final long KEYS_MAX = 250_000;
    static final long BYTES_MAX = 16L << 20;

    private final OnTooManyKeys onTooManyKeys;
    // Guarded by this.
    private long keys = KEYS_MAX;
    private long bytes = BYTES_MAX;

    KeyBudget(OnTooManyKeys onTooManyKeys) {
        this.onTooManyKeys = onTooManyKeys;
    }

    /** Takes the keys out of the budget; false when there is not enough left, and they must not travel. */
    synchronized boolean take(ShippedKeys shipped) {
        long length = shipped.bytes();
        if (shipped.count() > keys || length > bytes) {
            return false;
        }
        keys -= shipped.count();
        bytes -= length;
        return true;
    }

    /** Returns when the source may be scanned instead; throws {@code LIMIT_EXCEEDED} where the view would rather refuse. */
    void tooMany(SourceName source) {
        if (onTooManyKeys == OnTooManyKeys.REFUSE) {
            throw FederationError.LIMIT_EXCEEDED.error("The query would send more keys to source '" + source
                    + "' than may travel, and its view does not allow to scan the source instead; narrow the query.");
        }
    }
}
