package io.belvedere.federation.dimension;

import io.belvedere.model.access.QueryId;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where it is recorded that the server asked a source by itself. Each call returns when the record is durable, and throws when it cannot be: then
 * the source is not asked, or what it gave is not served. Safe for use by many threads.
 */
public interface SourceRecords {
    /** Records nothing; for stores that nobody is answered from. */
    SourceRecords NONE = new SourceRecords() {
        @Override
        public void asks(Work work, DimensionDefinition dimension, QueryId id) {}

        @Override
        public void ended(DimensionDefinition dimension, QueryId id, Outcome outcome) {}
    };

    /** Why the server asks. */
    enum Work {
        /** For all rows. */
        LOAD,
        /** For the watermark, which tells whether the rows changed. */
        WATERMARK
    }

    /**
     * How a load ended.
     *
     * @param failure empty when its rows are kept
     * @param rows how many came
     */
    record Outcome(Optional<BelvedereException> failure, long rows, Duration took) {}

    /**
     * The source is about to be asked.
     *
     * @param id names the statements at the source
     */
    void asks(Work work, DimensionDefinition dimension, QueryId id);

    /** A load has ended; its rows serve after this. */
    void ended(DimensionDefinition dimension, QueryId id, Outcome outcome);
}
