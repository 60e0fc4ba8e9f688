package io.belvedere.federation.dimension;

import io.belvedere.federation.FederationError;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.dimension.DimensionDefinition;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records in memory, on a disk that can be taken away. */
final class HeldRecords implements SourceRecords {
    final List<String> lines = new CopyOnWriteArrayList<>();
    volatile boolean takesAsks = true;
    volatile boolean takesEnds = true;

    @Override
    public void asks(Work work, DimensionDefinition dimension, QueryId id) {
        require(takesAsks);
        lines.add(work + " " + dimension.name());
    }

    @Override
    public void ended(DimensionDefinition dimension, QueryId id, Outcome outcome) {
        require(takesEnds);
        lines.add(dimension.name() + " "
                + outcome.failure().map(why -> why.code().name()).orElse("ok") + " " + outcome.rows());
    }

    private static void require(boolean takes) {
        if (!takes) {
            throw FederationError.ENGINE_FAILED.error("The log takes no record.");
        }
    }
}
