package io.belvedere.audit;

import java.util.Locale;

/** The kinds of record that the log itself writes, by their words in a record (lower case). */
enum RecordType {
    OPEN,
    CLOSE,
    RECOVERY,
    SEGMENT,
    CLOCK_ANOMALY,
    AUDIT_BLOCKED,
    DECISION,
    OUTCOME,
    /** Any of {@link AuditLog#NOTES}; the word is the note's own. */
    NOTE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
