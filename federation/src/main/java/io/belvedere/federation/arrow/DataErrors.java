package io.belvedere.federation.arrow;

import io.belvedere.federation.FederationError;
import io.belvedere.model.error.BelvedereException;

/** The two words about a value that cannot be carried; neither names the column, which the caller may not know of. */
final class DataErrors {
    private DataErrors() {}

    static boolean isUnfit(Exception failure) {
        return failure instanceof BelvedereException refusal && refusal.code() == FederationError.DATA_ERROR;
    }

    static BelvedereException unfit() {
        return FederationError.DATA_ERROR.error(
                "A source holds a value that does not fit the type its definition declares.");
    }

    static BelvedereException unexpectedNull() {
        return FederationError.DATA_ERROR.error("A source holds a NULL where its definition promises a value.");
    }
}
