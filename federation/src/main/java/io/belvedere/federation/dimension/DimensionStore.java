package io.belvedere.federation.dimension;

import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.DimensionDefinition;
import java.time.Duration;
import java.util.Optional;

/** Where running queries get the rows of dimensions. Safe for use by many threads. */
public interface DimensionStore {
    /** Keeps nothing: every dimension is read at its source. */
    DimensionStore NONE = (_, _, _) -> Optional.empty();

    /**
     * The newest rows, if they are younger than the smaller of this bound and the dimension's own. When there are none yet, they are
     * loaded, once for all who ask, and waited for until the deadline.
     *
     * @param dimension as the query's catalog has it: rows that were loaded for another definition are not given out
     * @param staleMax how old the rows may be; less than a second is met by no kept rows
     * @return closed by the caller, at the end of its query; empty when there are no such rows, because the source does not answer or
     *     what it answers cannot be kept
     */
    Optional<Lease> find(DimensionDefinition dimension, Duration staleMax, Deadline deadline);

    /** How old rows may be at most when this bound is asked for: the smallest of this, the dimension's own and the store's. */
    default Duration bound(DimensionDefinition dimension, Duration staleMax) {
        return staleMax.compareTo(dimension.staleMax()) < 0 ? staleMax : dimension.staleMax();
    }
}
