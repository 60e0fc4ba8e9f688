package io.belvedere.policy;

/** Breaks what keeps decisions apart, for tests that must notice. */
public final class Alike {
    /** The fingerprint of every decision. */
    public static final String FINGERPRINT = "0".repeat(64);

    private Alike() {}

    /** The same grant under a fingerprint that all have. */
    public static Allow of(Allow allow) {
        return new Allow(
                allow.reason(),
                allow.revision(),
                allow.inputSha256(),
                FINGERPRINT,
                allow.detail(),
                allow.until(),
                allow.views());
    }
}
