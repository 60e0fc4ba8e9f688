package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;

import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.federation.sql.ViewBody.Target;
import io.belvedere.model.SourceName;
import io.belvedere.model.ViewId;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.model.view.ViewLimits.OnTooManyKeys;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What holds for a query of all the views it touches: of limits the tightest, of leniency the least. */
final class Bounds {
    /** A count stops growing here, long before it overflows. */
    private static final long ENOUGH = 1_000_000;

    /** Tables of sources that one query may read, each as often as it is read. */
    static final int SCANS_MAX = 500;

    private Bounds() {}

    /** Throws {@code LIMIT_EXCEEDED} when the query, with every view written out, reads too many tables. */
    static void requireScans(ResolvedQuery query) {
        Map<ViewId, Long> known = new HashMap<>();
        long scans = 0;
        for (ResolvedQuery.Reference reference : query.references()) {
            ViewId view = reference.view().orElseThrow(query::notFound).id();
            scans = Math.min(ENOUGH, scans + reference.reads() * scans(view, query, known));
        }
        if (scans > SCANS_MAX) {
            throw LIMIT_EXCEEDED.error(
                    "With every view written out, the query reads more than " + SCANS_MAX + " tables.");
        }
    }

    private static long scans(ViewId view, ResolvedQuery query, Map<ViewId, Long> known) {
        Long counted = known.get(view);
        if (counted != null) {
            return counted;
        }
        ViewBody body = Optional.ofNullable(query.bodies().get(view)).orElseThrow(query::notFound);
        long scans = 0;
        for (Map.Entry<List<String>, Target> table : body.tables().entrySet()) {
            long each = switch (table.getValue()) {
                case Target.Leaf _, Target.Kept _ -> 1;
                case Target.Nested(ViewDefinition nested) -> scans(nested.id(), query, known);
            };
            scans = Math.min(ENOUGH, scans + body.reads().getOrDefault(table.getKey(), 1L) * each);
        }
        known.put(view, scans);
        return scans;
    }

    /** The defaults where the query touches no view. */
    static ViewLimits limits(List<ViewDefinition> views, Allow decision) {
        if (views.isEmpty()) {
            return ViewLimits.DEFAULT;
        }
        Duration timeout = ViewLimits.TIMEOUT_MAX;
        long rowsMax = ViewLimits.ROWS_MAX;
        int keysMax = ViewLimits.SHIPPED_KEYS_MAX;
        OnTooManyKeys onTooManyKeys = OnTooManyKeys.SCAN;
        for (ViewDefinition view : views) {
            ViewLimits own = view.limits();
            timeout = own.timeout().compareTo(timeout) < 0 ? own.timeout() : timeout;
            rowsMax = Math.min(
                    rowsMax,
                    Math.min(own.rowsMax(), decision.requireRows(view.id()).rowsMax()));
            keysMax = Math.min(keysMax, own.shippedKeysMax());
            // A table that may not be read whole may not be read whole for want of keys either.
            if (own.onTooManyKeys() == OnTooManyKeys.REFUSE
                    || !view.pushdown().require().isEmpty()) {
                onTooManyKeys = OnTooManyKeys.REFUSE;
            }
        }
        return new ViewLimits(timeout, rowsMax, keysMax, onTooManyKeys);
    }

    static OnSourceFailure onSourceFailure(List<ViewDefinition> views) {
        Set<SourceName> allowed = new HashSet<>();
        for (int i = 0; i < views.size(); i++) {
            if (!(views.get(i).onSourceFailure() instanceof OnSourceFailure.Partial(Set<SourceName> allow))) {
                return new OnSourceFailure.Fail();
            }
            if (i == 0) {
                allowed.addAll(allow);
            } else {
                allowed.retainAll(allow);
            }
        }
        return allowed.isEmpty() ? new OnSourceFailure.Fail() : new OnSourceFailure.Partial(allowed);
    }
}
