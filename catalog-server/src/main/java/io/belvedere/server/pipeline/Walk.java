package io.belvedere.server.pipeline;

import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.policy.Allow;

/**
 * The steps between a query's text and its rows, each the only maker of what the next one takes. Safe for use by many threads.
 */
public record Walk(Resolve resolve, Weave weave, Plan plan, Prepare prepare, Run run) {
    /** Text to views pinned by version. */
    @FunctionalInterface
    public interface Resolve {
        ResolvedQuery resolve(QueryText text, Catalog catalog);
    }

    /** Resolved query and decision to a governed tree. */
    @FunctionalInterface
    public interface Weave {
        GovernedQuery weave(ResolvedQuery query, Allow decision);
    }

    /** Governed tree to a verified program. */
    @FunctionalInterface
    public interface Plan {
        ExecutablePlan plan(GovernedQuery query, Catalog catalog);
    }

    /** Resolved query and decision to a verified program in one step, which may be one that was made before. */
    @FunctionalInterface
    public interface Prepare {
        ExecutablePlan prepare(ResolvedQuery query, Allow decision);
    }

    /** Verified program to rows, under the decision that it was made with; whoever opened the stream closes it. */
    @FunctionalInterface
    public interface Run {
        RowStream open(ExecutablePlan plan, Allow decision, RunContext context);
    }
}
