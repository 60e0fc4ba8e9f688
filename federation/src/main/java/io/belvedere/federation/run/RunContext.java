package io.belvedere.federation.run;

import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;

/** What a run needs besides its plan: its id (shown to the sources), its deadline and where it writes its timeline. */
public record RunContext(QueryId query, Deadline deadline, Timeline timeline) {}
