package io.belvedere.policy;

/** Refusals for tests; production code has no way to make one but by asking policy. */
public final class Refusals {
    private Refusals() {}

    public static Deny of(String revision) {
        return new Deny("fixture", revision, "0".repeat(64), Deny.Existence.HIDDEN);
    }
}
