package io.belvedere.policy;

/**
 * What a grant is known by: two grants with one stamp give the same rows through the same masks. Only a decision has one, so a key that
 * takes a stamp cannot be made without a decision. Immutable.
 */
public final class Stamp {
    private final String fingerprint;

    /** @param fingerprint of the decision that it is of */
    Stamp(String fingerprint) {
        if (fingerprint.isBlank()) {
            throw new IllegalArgumentException("a decision has a fingerprint");
        }
        this.fingerprint = fingerprint;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Stamp stamp && fingerprint.equals(stamp.fingerprint);
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode();
    }

    @Override
    public String toString() {
        return fingerprint;
    }
}
