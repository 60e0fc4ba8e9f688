package io.belvedere.audit;

import java.util.List;

/**
 * The log of one server. Safe for use by many threads; a call returns when its records are on the disk.
 *
 * <p>Every call throws {@code AUDIT_UNAVAILABLE} when the record could not be made durable in time: no durable decision, no rows.
 */
public interface AuditLog extends AutoCloseable {
    /** Records a decision to allow; durable on return. The ticket opens the way to the sources, once. */
    AuditTicket open(DecisionRecord decision);

    /** Records how an allowed request ended; durable on return. A ticket is closed once; closing it again is an error. */
    Receipt close(AuditTicket ticket, OutcomeRecord outcome);

    /** Records a request that ended without an allow (refused, invalid, policy unavailable) as a decision and its outcome, in one write. */
    Receipt refuse(DecisionRecord decision, OutcomeRecord outcome);

    /** Records something that is not a query: a start, a catalog load, a policy change. */
    Receipt note(AdminRecord event);

    /** Whether records can be made durable now; for readiness. */
    boolean available();

    /** What this log calls itself: {@code <cluster>/audit/<node>/<epoch>}. */
    String origin();

    /** Which server writes it, and which of its starts. */
    ServerStart start();

    /** Writes the closing record and releases the file. */
    @Override
    void close();

    /** What {@link #note} may record. */
    List<String> NOTES = List.of(
            "catalog_load",
            "policy_change",
            "policy_alarm",
            "cache_flush",
            "dimension_refresh",
            "dimension_load",
            "dimension_loaded",
            "dimension_watermark",
            "view_deprecate");

    /** Every kind of record, by its word, for the published schema. */
    List<String> TYPES = List.of(
            "open",
            "close",
            "recovery",
            "segment",
            "clock_anomaly",
            "audit_blocked",
            "decision",
            "outcome",
            "catalog_load",
            "policy_change",
            "policy_alarm",
            "cache_flush",
            "dimension_refresh",
            "dimension_load",
            "dimension_loaded",
            "dimension_watermark",
            "view_deprecate");
}
