package io.belvedere.federation.plan;

/** Says that a dialect does not offer an expression, and why; caught inside this package, never shown as an error. */
final class NotOffered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reason one sentence for the pushdown report; names operators and types, never a value */
    NotOffered(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
