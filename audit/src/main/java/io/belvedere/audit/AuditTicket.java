package io.belvedere.audit;

import io.belvedere.model.access.QueryId;
import java.util.concurrent.atomic.AtomicBoolean;

/** Proof that a decision is on the disk: only an {@link AuditLog} makes one, and sources are asked only with one in hand. */
public final class AuditTicket {
    private final AuditLog log;
    private final QueryId request;
    private final long sequence;
    private final AtomicBoolean used = new AtomicBoolean();

    AuditTicket(AuditLog log, QueryId request, long sequence) {
        this.log = log;
        this.request = request;
        this.sequence = sequence;
    }

    /** {@code <origin>/<sequence>}, as clients see it in {@code Audit-Id}. */
    public String id() {
        return log.origin() + "/" + sequence;
    }

    QueryId request() {
        return request;
    }

    long sequence() {
        return sequence;
    }

    /** Takes the ticket for its one closing; refuses that of another log and one that was closed. */
    void use(AuditLog closing) {
        if (!closing.equals(log)) {
            throw new IllegalArgumentException("the ticket " + id() + " belongs to another log");
        }
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("the ticket " + id() + " was closed before");
        }
    }
}
