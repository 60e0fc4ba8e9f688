package io.belvedere.audit.verify;

/** What a finding means, gravest first; the exit code of a verification is that of its gravest finding. */
public enum Severity {
    /** The log was changed: a hash, a sequence or a pair does not fit. */
    TAMPERED(1),
    /** A key is missing or wrong. */
    KEYS(4),
    /** Something is missing or in doubt, without proof that anybody changed it. */
    INCOMPLETE(2),
    /** The log could not be read. */
    UNREADABLE(3);

    private final int exitCode;

    Severity(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
