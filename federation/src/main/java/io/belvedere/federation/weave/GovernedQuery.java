package io.belvedere.federation.weave;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.policy.Allow;
import java.util.List;
import org.apache.calcite.rel.RelNode;

/**
 * A query with policy in it: the caller's SQL over masks over barriers over view bodies. Only the weaver makes one.
 *
 * <p>Sub-queries are still expressions in the tree (not yet decorrelated), each with its own barriers inside.
 */
public final class GovernedQuery {
    private final RelNode tree;
    private final List<OutputColumn> columns;
    private final Allow decision;
    private final ViewLimits limits;
    private final OnSourceFailure onSourceFailure;
    private final List<RequiredTable> pushdown;
    private final CacheSite cache;

    GovernedQuery(
            RelNode tree,
            List<OutputColumn> columns,
            Allow decision,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            List<RequiredTable> pushdown,
            CacheSite cache) {
        this.tree = tree;
        this.columns = List.copyOf(columns);
        this.decision = decision;
        this.limits = limits;
        this.onSourceFailure = onSourceFailure;
        this.pushdown = List.copyOf(pushdown);
        this.cache = cache;
    }

    public RelNode tree() {
        return tree;
    }

    public List<OutputColumn> columns() {
        return columns;
    }

    /** The decision that was woven in; its fingerprint is the stamp of every barrier. */
    public Allow decision() {
        return decision;
    }

    /** The tightest limits of all the views in the query, and of the decision. */
    public ViewLimits limits() {
        return limits;
    }

    /** Partial only where every view of the query allows it, and then for the sources that all of them allow. */
    public OnSourceFailure onSourceFailure() {
        return onSourceFailure;
    }

    /** Tables that this query may not read whole at their source. */
    public List<RequiredTable> pushdown() {
        return pushdown;
    }

    /** The dimensions that are read from memory. */
    public CacheSite cache() {
        return cache;
    }
}
