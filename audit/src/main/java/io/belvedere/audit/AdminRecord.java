package io.belvedere.audit;

import java.util.Map;

/**
 * Something that happened to the server rather than in a query.
 *
 * @param type one of {@link AuditLog#TYPES}
 * @param facts flat facts: hashes, counts, revisions; never a value
 */
public record AdminRecord(String type, Map<String, String> facts) {
    public AdminRecord {
        facts = Map.copyOf(facts);
    }
}
