package io.belvedere.policy;

/** The request is refused: nothing of it may be answered. */
public final class Deny implements Decision {
    private final String reason;
    private final String revision;
    private final String inputSha256;
    private final Existence existence;

    Deny(String reason, String revision, String inputSha256, Existence existence) {
        this.reason = reason;
        this.revision = revision;
        this.inputSha256 = inputSha256;
        this.existence = existence;
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public String revision() {
        return revision;
    }

    @Override
    public String inputSha256() {
        return inputSha256;
    }

    /** Whether the caller may know that what was asked for exists. */
    public Existence existence() {
        return existence;
    }

    /** Whether the caller may know that what was asked for exists. */
    public enum Existence {
        /** At least one of the views is hidden from the caller: the answer is that of a view that does not exist. */
        HIDDEN,
        /** The caller may know every one of the views, but not read them. */
        KNOWN
    }
}
