package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import java.util.Optional;

/**
 * Asks policy and answers with a decision that names every view and every column that was asked about.
 *
 * <p>Implementations are safe for use by many threads and never cache a failure. They throw {@code POLICY_UNAVAILABLE} when
 * there is no answer in time and {@code POLICY_INVALID} when the answer leaves anything open; either gives no rows.
 */
public interface PolicyGate extends AutoCloseable {
    Decision decide(PolicyRequest request);

    /** The revision of the policy that decides now; for readiness and logs. */
    String revision();

    /** Why questions are refused now; empty while policy decides. For readiness. */
    Optional<BelvedereException> problem();

    @Override
    void close();
}
