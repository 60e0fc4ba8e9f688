package io.belvedere.audit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a request ended.
 *
 * @param code the error's code; empty when it went well
 * @param rows rows delivered to the client
 * @param bytes bytes delivered to the client
 * @param sources what each source did
 */
public record OutcomeRecord(
        Status status,
        Optional<String> code,
        long rows,
        long bytes,
        Optional<Duration> firstRow,
        Duration total,
        List<SourceUse> sources,
        List<String> incompleteSources) {
    public OutcomeRecord {
        sources = List.copyOf(sources);
        incompleteSources = List.copyOf(incompleteSources);
    }

    /** The ways a request can end, by their words in the record (lower case). */
    public enum Status {
        OK,
        DENIED,
        FAILED,
        CANCELLED,
        CLIENT_GONE,
        TIMEOUT,
        LIMIT,
        PARTIAL,
        SOURCE_LOST,
        NODE_DRAIN,
        SLOW_READER,
        UNKNOWN_CRASH
    }

    /**
     * What one fragment did at one source.
     *
     * @param sqlSha256 SHA-256, in hex, of the SQL that was sent
     */
    public record SourceUse(String source, String sqlSha256, long rows, long bytes, Duration time, String status) {}
}
