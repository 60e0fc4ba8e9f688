package io.belvedere.audit;

import java.util.Map;

/**
 * Something that happened to the server rather than in a query.
 *
 * @param type one of {@link AuditLog#NOTES}
 * @param facts flat facts: hashes, counts, revisions; never a value
 */
public record AdminRecord(String type, Map<String, String> facts) {
    public AdminRecord {
        if (!AuditLog.NOTES.contains(type)) {
            throw new IllegalArgumentException("a note is one of " + AuditLog.NOTES);
        }
        facts = Map.copyOf(facts);
    }
}
