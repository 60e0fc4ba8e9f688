package io.belvedere.audit;

/** Proof that a decision is on the disk: only an {@link AuditLog} makes one, and sources are asked only with one in hand. */
public final class AuditTicket {
    private final String origin;
    private final long sequence;

    AuditTicket(String origin, long sequence) {
        this.origin = origin;
        this.sequence = sequence;
    }

    /** {@code <origin>/<sequence>}, as clients see it in {@code Audit-Id}. */
    public String id() {
        return origin + "/" + sequence;
    }

    long sequence() {
        return sequence;
    }
}
