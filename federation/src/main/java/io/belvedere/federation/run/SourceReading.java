package io.belvedere.federation.run;

import java.time.Instant;

/**
 * As of when a source's rows are, on this server's clock: every row is of a state that the source had between the two moments, which
 * are one and the same where all statements saw one snapshot.
 *
 * @param source the source's name in the catalog
 */
public record SourceReading(String source, Instant asOf, Instant latest) {
    SourceReading and(SourceReading other) {
        return new SourceReading(
                source,
                asOf.isBefore(other.asOf) ? asOf : other.asOf,
                latest.isAfter(other.latest) ? latest : other.latest);
    }
}
