package io.belvedere.policy;

/**
 * Which policy decided: the revision that its data declares, and the digest of what was actually loaded, so that an edit
 * that forgot to change the revision is still another revision.
 *
 * @param declared what {@code data.belvedere.revision} says, and the reply after it
 * @param released what the bundle that it came in calls itself; the same as declared where there is none
 * @param sha256 SHA-256, in hex, of the compiled policy and its data
 */
public record PolicyRevision(String declared, String released, String sha256) {
    private static final int DIGEST_SHOWN = 12;

    PolicyRevision(String declared, String sha256) {
        this(declared, declared, sha256);
    }

    /** {@code released+digest}, with the first digits of the digest; stands in decisions, audit records and cache keys. */
    @Override
    public String toString() {
        return released + "+" + sha256.substring(0, DIGEST_SHOWN);
    }
}
