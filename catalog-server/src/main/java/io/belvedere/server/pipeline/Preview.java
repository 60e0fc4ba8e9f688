package io.belvedere.server.pipeline;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.QueryId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What policy would let other callers see of a query, as far as the one who looks may know the views. No row and no value of one; no
 * source was asked.
 *
 * @param seen in the order of the callers that were asked about
 */
public record Preview(QueryId query, String auditId, List<Seen> seen) {
    public Preview {
        seen = List.copyOf(seen);
    }

    /**
     * What one caller would see.
     *
     * @param allowed whether the query would be answered
     * @param revision which policy decided
     * @param until from when on the answer would be another; empty for no such end
     * @param views what is obliged of each view; empty for a refusal
     * @param columns of the result
     * @param shape operators and views of the woven query
     * @param tree the woven query with everything in it; for those with full detail who may know every column of its views
     * @param problem what the caller would be told in place of an answer
     */
    public record Seen(
            Caller caller,
            boolean allowed,
            String reason,
            String revision,
            Optional<Instant> until,
            List<SeenView> views,
            List<OutputColumn> columns,
            Optional<String> shape,
            Optional<String> tree,
            Optional<Told> problem) {
        public Seen {
            views = List.copyOf(views);
            columns = List.copyOf(columns);
        }
    }

    /**
     * The obligations on one view.
     *
     * @param filter the condition that rows must meet; empty for all rows. With {@code ?} for values where detail is not full
     * @param columns those that the caller and the one who looks may both know
     */
    public record SeenView(
            String view, Optional<String> filter, List<SeenColumn> columns, long rowsMax, int groupSizeMin) {
        public SeenView {
            columns = List.copyOf(columns);
        }
    }

    /** A column under its mask, by name and in words. */
    public record SeenColumn(String name, String type, String mask, String form) {}

    /** An error as the caller would get it. */
    public record Told(String code, String detail) {}

    /** What differs between the first two: a view's rows, or a column of it. */
    public record Difference(String view, Optional<String> column, String first, String second) {}

    /** What differs between the first two callers. */
    public List<Difference> differences() {
        return Differences.between(seen.get(0), seen.get(1));
    }
}
