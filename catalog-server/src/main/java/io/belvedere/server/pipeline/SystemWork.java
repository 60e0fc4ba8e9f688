package io.belvedere.server.pipeline;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.federation.dimension.SourceRecords;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the server asks sources by itself, in the audit log: a note that is durable before the source is asked, and one of how a load ended before
 * its rows serve. Safe for use by many threads.
 */
public final class SystemWork implements SourceRecords {
    /** Who asks. */
    private static final String SUBJECT = "service:belvedere";

    private final AuditLog audit;

    public SystemWork(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    public void asks(Work work, DimensionDefinition dimension, QueryId id) {
        String type = switch (work) {
            case LOAD -> "dimension_load";
            case WATERMARK -> "dimension_watermark";
        };
        audit.note(new AdminRecord(type, facts(dimension, id)));
    }

    @Override
    public void ended(DimensionDefinition dimension, QueryId id, Outcome outcome) {
        Map<String, String> facts = new TreeMap<>(facts(dimension, id));
        facts.put("status", outcome.failure().isEmpty() ? "ok" : "failed");
        outcome.failure().map(BelvedereException::code).ifPresent(code -> facts.put("code", code.name()));
        facts.put("rows", Long.toString(outcome.rows()));
        facts.put("ms", Long.toString(outcome.took().toMillis()));
        audit.note(new AdminRecord("dimension_loaded", facts));
    }

    private static Map<String, String> facts(DimensionDefinition dimension, QueryId id) {
        return Map.of(
                "subject", SUBJECT,
                "dimension", dimension.name().toString(),
                "source", dimension.source().value(),
                "req", id.toString());
    }
}
