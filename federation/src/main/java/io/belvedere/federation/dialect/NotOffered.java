package io.belvedere.federation.dialect;

/** Says that a dialect does not offer an expression, and why; caught inside this package, never shown as an error. */
public final class NotOffered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reason one sentence for the pushdown report; names operators and types, never a value */
    public NotOffered(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
