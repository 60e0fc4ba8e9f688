package io.belvedere.server.http;

import io.belvedere.federation.dimension.DimensionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How a dimension is.
 *
 * @param kept the rows that serve; absent when there are none
 * @param failure why the last load gave nothing; absent when it gave rows
 */
@Schema(name = "Dimension")
public record DimensionDocument(
        String name,
        String source,
        @Schema(implementation = String.class) Duration maxStaleness,
        boolean loading,
        Optional<Kept> kept,
        Optional<Failure> failure,
        Counts counts) {
    /** Rows that serve. */
    @Schema(name = "DimensionRows")
    public record Kept(
            long generation,
            Instant asOf,
            @Schema(implementation = String.class) Duration age,
            long rows,
            long bytes) {}

    /** A load that gave nothing. */
    @Schema(name = "DimensionFailure")
    public record Failure(String code, String message, Instant at) {}

    /** What happened since the dimension is as it is defined now. */
    @Schema(name = "DimensionCounts")
    public record Counts(long hits, long misses, long loads, long failures, long changes) {}

    static DimensionDocument of(DimensionStatus status) {
        DimensionStatus.Counts counts = status.counts();
        return new DimensionDocument(
                status.name().toString(),
                status.source().value(),
                status.staleMax(),
                status.loading(),
                status.kept()
                        .map(kept -> new Kept(kept.generation(), kept.asOf(), kept.age(), kept.rows(), kept.bytes())),
                status.failure().map(failure -> new Failure(failure.code(), failure.message(), failure.at())),
                new Counts(counts.hits(), counts.misses(), counts.loads(), counts.failures(), counts.changes()));
    }
}
