package io.belvedere.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a request ended.
 *
 * @param code the error's code; empty when it went well
 * @param rows rows delivered to the client
 * @param bytes bytes delivered to the client
 * @param sources what each source did
 * @param keptFor how long ago the rows were asked for, where they were kept from an earlier query
 * @param dimensions those whose rows were read from memory
 */
public record OutcomeRecord(
        Status status,
        Optional<String> code,
        long rows,
        long bytes,
        Optional<Duration> firstRow,
        Duration total,
        List<SourceUse> sources,
        List<String> incompleteSources,
        Optional<Duration> keptFor,
        List<DimensionUse> dimensions) {
    /** The outcome of a request whose rows, if any, are of now. */
    public OutcomeRecord(
            Status status,
            Optional<String> code,
            long rows,
            long bytes,
            Optional<Duration> firstRow,
            Duration total,
            List<SourceUse> sources,
            List<String> incompleteSources) {
        this(status, code, rows, bytes, firstRow, total, sources, incompleteSources, Optional.empty(), List.of());
    }

    public OutcomeRecord {
        dimensions = List.copyOf(dimensions);
        sources = List.copyOf(sources);
        incompleteSources = List.copyOf(incompleteSources);
    }

    /**
     * A dimension that the answer was made of.
     *
     * @param asOf when its rows were loaded
     * @param age how old they were when the query took them
     */
    public record DimensionUse(String dimension, Instant asOf, Duration age) {}

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
        REVOKED,
        UNKNOWN_CRASH
    }

    /**
     * What one fragment did at one source.
     *
     * @param sqlSha256 SHA-256, in hex, of the SQL that was sent
     */
    public record SourceUse(String source, String sqlSha256, long rows, long bytes, Duration time, String status) {}
}
