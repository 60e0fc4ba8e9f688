package io.belvedere.policy;

/**
 * Which policy decided: the revision that its data declares, and the digest of what was actually loaded, so that an edit
 * that forgot to change the revision is still another revision.
 *
 * @param declared what {@code data.belvedere.revision} says
 * @param sha256 SHA-256, in hex, of the compiled policy and its data
 */
public record PolicyRevision(String declared, String sha256) {
    private static final int DIGEST_SHOWN = 12;

    /** {@code declared+digest}, with the first digits of the digest; stands in decisions, audit records and cache keys. */
    @Override
    public String toString() {
        return declared + "+" + sha256.substring(0, DIGEST_SHOWN);
    }
}
