package io.belvedere.policy;

/** Stamps without a decision, for tests; it stands in the package of decisions because nobody else can make one. */
public final class Stamps {
    private Stamps() {}

    public static Stamp of(String fingerprint) {
        return new Stamp(fingerprint);
    }
}
