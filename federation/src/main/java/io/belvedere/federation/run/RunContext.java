package io.belvedere.federation.run;

import io.belvedere.federation.dimension.AtHand;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;

/**
 * What a run needs besides its plan: its id (shown to the sources), its deadline, where it writes its timeline, and the dimensions that
 * the plan was made with, which the run shares until its last thread has ended.
 */
public record RunContext(QueryId query, Deadline deadline, Timeline timeline, AtHand dimensions) {
    /** A run without dimensions. */
    public RunContext(QueryId query, Deadline deadline, Timeline timeline) {
        this(query, deadline, timeline, AtHand.none());
    }

    /** The same with the dimensions at hand. */
    public RunContext with(AtHand atHand) {
        return new RunContext(query, deadline, timeline, atHand);
    }
}
