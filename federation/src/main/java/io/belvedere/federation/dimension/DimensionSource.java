package io.belvedere.federation.dimension;

import io.belvedere.federation.run.RowStream;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.DimensionDefinition;

/** Asks sources for what dimensions keep. Safe for use by many threads. */
interface DimensionSource {
    /** Turns to a new picture of the catalog. */
    void turnTo(Catalog catalog);

    /**
     * All rows, as they are at the source; closed by the caller.
     *
     * @param id names the load at the source
     * @throws io.belvedere.model.error.BelvedereException when they cannot be asked for; what goes wrong later comes out of the stream
     */
    RowStream open(DimensionDefinition dimension, QueryId id, Deadline deadline);

    /**
     * What tells one state of the source from another; equal as long as nothing changed.
     *
     * @param id names the question at the source
     * @throws io.belvedere.model.error.BelvedereException when the source does not say
     */
    String watermark(DimensionDefinition dimension, ChangeSignal.Watermark watermark, QueryId id, Deadline deadline);
}
