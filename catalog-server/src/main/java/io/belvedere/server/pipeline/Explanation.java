package io.belvedere.server.pipeline;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.Explained;
import io.belvedere.model.access.QueryId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a query would run, or did, as far as the caller may see it.
 *
 * @param plan with what each step did where the query was run and the caller has full detail
 * @param ran what the run gave; empty where the query was only planned
 */
public record Explanation(
        QueryId query, String auditId, List<OutputColumn> columns, Explained plan, Optional<Ran> ran) {
    public Explanation {
        columns = List.copyOf(columns);
    }

    /**
     * What the caller would have seen of the query itself.
     *
     * @param rows rows of the result, all of them dropped
     * @param incompleteSources sources that are missing, as the contract allows
     */
    public record Ran(long rows, Optional<Duration> firstRow, Duration total, List<String> incompleteSources) {
        public Ran {
            incompleteSources = List.copyOf(incompleteSources);
        }
    }
}
