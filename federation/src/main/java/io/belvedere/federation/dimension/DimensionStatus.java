package io.belvedere.federation.dimension;

import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a dimension is, for operators.
 *
 * @param kept the rows that serve now; empty when there are none
 * @param counts since the server started, or the definition changed
 * @param failure why the last load gave nothing; empty when it gave rows
 * @param loading whether it is being loaded now
 */
public record DimensionStatus(
        TableName name,
        SourceName source,
        Duration staleMax,
        Optional<Kept> kept,
        Counts counts,
        Optional<Failure> failure,
        boolean loading) {
    /** Rows that serve. */
    public record Kept(long generation, Instant asOf, Duration age, long rows, long bytes) {}

    /**
     * What happened so far.
     *
     * @param hits queries that were given rows at once
     * @param misses those that had to wait for a load, or were given none
     * @param changes times that the source told of a change
     */
    public record Counts(long hits, long misses, long loads, long failures, long changes) {}

    /**
     * A load that gave nothing.
     *
     * @param code the error's code
     * @param message without a value of a row
     */
    public record Failure(String code, String message, Instant at) {}
}
