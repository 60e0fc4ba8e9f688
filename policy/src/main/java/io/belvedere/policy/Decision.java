package io.belvedere.policy;

/** What policy said. A refusal is a value; an outage is an exception. Only the reader of replies makes one. */
public sealed interface Decision permits Allow, Deny {
    /** A stable word for why, for example {@code analyst.region}; recorded, and shown to the caller by EXPLAIN POLICY; it says no value. */
    String reason();

    /** The revision of the policy that decided. */
    String revision();

    /** SHA-256, in hex, of the exact input document that was decided on. */
    String inputSha256();
}
