package io.belvedere.federation.verify;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.model.error.BelvedereException;

/** The one refusal of this package. */
final class Unproven {
    private Unproven() {}

    static BelvedereException because(String why) {
        return PLAN_REFUSED.error(words(why));
    }

    static BelvedereException because(String why, Throwable cause) {
        return PLAN_REFUSED.error(words(why), cause);
    }

    private static String words(String why) {
        return "The plan was not run because its policy could not be verified: " + why + ".";
    }
}
