package io.belvedere.server.pipeline;

import io.belvedere.model.ViewId;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What policy limits in a query, for its own caller: which views are not shown whole, and which columns are masked, and how. No condition
 * and no value of one is said, nothing about other callers, and a hidden column is not mentioned.
 *
 * @param reason policy's word for why the query is allowed
 * @param until from when on this holds no more; empty for no such end
 */
public record PolicyExplanation(
        QueryId query, String auditId, String reason, Optional<Instant> until, List<LimitedView> views) {
    public PolicyExplanation {
        views = List.copyOf(views);
    }

    /**
     * One view of the query, or one that these are built on.
     *
     * @param rowsMax how many rows a result may have
     * @param groupSizeMin groups of fewer rows are left out; 0 for no such rule
     */
    public record LimitedView(ViewId view, Shown rows, List<MaskedColumn> masked, long rowsMax, int groupSizeMin) {
        public LimitedView {
            masked = List.copyOf(masked);
        }
    }

    /** Which rows. */
    public enum Shown {
        ALL,
        LIMITED
    }

    /**
     * A column that is shown otherwise than it is.
     *
     * @param mask the mask's name
     * @param form what is seen, in words
     */
    public record MaskedColumn(String name, String mask, String form) {}

    static PolicyExplanation of(QueryId query, String auditId, Allow allow, List<ViewDefinition> views) {
        return new PolicyExplanation(
                query,
                auditId,
                allow.reason(),
                allow.until(),
                views.stream()
                        .map(view -> limited(view, allow.requireRows(view.id())))
                        .toList());
    }

    private static LimitedView limited(ViewDefinition view, ViewAccess.Rows rows) {
        List<MaskedColumn> masked = new ArrayList<>();
        for (ColumnContract column : view.columns()) {
            Mask mask = rows.columns().getOrDefault(column.name(), new Mask.Hidden());
            if (!(mask instanceof Mask.None || mask instanceof Mask.Hidden)) {
                masked.add(new MaskedColumn(column.name().value(), AuditFacts.word(mask), MaskWords.of(mask)));
            }
        }
        Shown shown = switch (rows.rule()) {
            case ViewAccess.RowRule.All _ -> Shown.ALL;
            case ViewAccess.RowRule.Matching _ -> Shown.LIMITED;
        };
        return new LimitedView(view.id(), shown, masked, rows.rowsMax(), rows.groupSizeMin());
    }

    /** The same as sentences. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (LimitedView view : views) {
            String name = view.view().name().toString();
            lines.add(
                    switch (view.rows()) {
                        case ALL -> "all rows of " + name + " are yours to see (" + reason + ")";
                        case LIMITED -> "rows of " + name + " are limited by policy (" + reason + ")";
                    });
            view.masked().forEach(column -> lines.add(column.name() + " of " + name + " is masked: " + column.form()));
            if (view.groupSizeMin() > 0) {
                lines.add("groups of fewer than " + view.groupSizeMin() + " rows of " + name + " are left out");
            }
            lines.add("a result with " + name + " has at most " + view.rowsMax() + " rows");
        }
        until.ifPresent(end -> lines.add("this holds until " + end));
        return List.copyOf(lines);
    }
}
