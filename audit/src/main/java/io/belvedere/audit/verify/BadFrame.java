package io.belvedere.audit.verify;

/** A frame or record that does not hold; ends the reading of its log. */
final class BadFrame extends Exception {
    private static final long serialVersionUID = 1L;

    private final String kind;
    private final Severity severity;

    BadFrame(Severity severity, String kind, String detail) {
        super(detail, null, false, false);
        this.severity = severity;
        this.kind = kind;
    }

    static BadFrame tampered(String kind, String detail) {
        return new BadFrame(Severity.TAMPERED, kind, detail);
    }

    Finding at(String file, long offset, long sequence) {
        return new Finding(severity, kind, file, offset, sequence, String.valueOf(getMessage()));
    }
}
