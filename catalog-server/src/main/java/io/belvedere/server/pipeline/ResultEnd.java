package io.belvedere.server.pipeline;

import io.belvedere.audit.Receipt;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.model.error.BelvedereException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The terminal frame: how a result ended. Made after the outcome is on the disk.
 *
 * @param rows rows written before it
 * @param incompleteSources sources whose rows are missing because the views' contracts let them
 * @param sources as of when the rows of each source are
 * @param keptFor how long ago the rows were asked for, where they are kept from an earlier query
 * @param dimensions whose rows were read from memory, and how old they are
 * @param deprecated versions that the caller named and should name no more
 * @param receipt the outcome's record; empty when it could not be written
 * @param failure why the result is not complete; empty for a complete or partial one
 */
public record ResultEnd(
        Status status,
        long rows,
        List<String> incompleteSources,
        List<SourceReading> sources,
        Optional<Duration> keptFor,
        List<DimensionReading> dimensions,
        List<DeprecatedUse> deprecated,
        Optional<Receipt> receipt,
        Optional<BelvedereException> failure) {
    /** The end of rows of now, of views that are not deprecated. */
    public ResultEnd(
            Status status,
            long rows,
            List<String> incompleteSources,
            List<SourceReading> sources,
            Optional<Receipt> receipt,
            Optional<BelvedereException> failure) {
        this(status, rows, incompleteSources, sources, Optional.empty(), List.of(), List.of(), receipt, failure);
    }

    public ResultEnd {
        incompleteSources = List.copyOf(incompleteSources);
        sources = List.copyOf(sources);
        dimensions = List.copyOf(dimensions);
        deprecated = List.copyOf(deprecated);
        boolean failed = status == Status.INCOMPLETE;
        if (failed != failure.isPresent() || (!failed && receipt.isEmpty())) {
            throw new IllegalArgumentException(
                    "only a result with a receipt and without a failure is complete or partial");
        }
    }

    /** Whether every row is there. */
    public enum Status {
        /** Every row of the answer. */
        COMPLETE,
        /** Every row but those of the sources named, which the views' contracts allow to be missing. */
        PARTIAL,
        /** Not the answer: rows are missing. */
        INCOMPLETE
    }
}
