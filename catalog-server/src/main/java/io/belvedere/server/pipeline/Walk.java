package io.belvedere.server.pipeline;

import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver.Described;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.policy.Allow;
import java.util.function.Supplier;

/**
 * The steps between a query's text and its rows, each the only maker of what the next one takes. Safe for use by many threads.
 */
public record Walk(
        Resolve resolve,
        Describe describe,
        Take take,
        Weave weave,
        Plan plan,
        Prepare prepare,
        Run run,
        Answer answer) {
    /** A walk that keeps no result and has no dimensions. */
    public Walk(Resolve resolve, Describe describe, Weave weave, Plan plan, Prepare prepare, Run run) {
        this(
                resolve,
                describe,
                (_, _) -> AtHand.none(),
                weave,
                plan,
                prepare,
                run,
                (_, _, _, _, running) -> running.get());
    }

    /** Text to views pinned by version. */
    @FunctionalInterface
    public interface Resolve {
        ResolvedQuery resolve(QueryText text, Catalog catalog);
    }

    /** Resolved query and decision to what comes of it, before its parameters have values. */
    @FunctionalInterface
    public interface Describe {
        Described describe(ResolvedQuery query, Allow decision);
    }

    /** Resolved query to the rows of its dimensions, as far as they can be had; whoever took them closes them. */
    @FunctionalInterface
    public interface Take {
        AtHand take(ResolvedQuery query, Deadline deadline);
    }

    /** Resolved query and decision to a governed tree. */
    @FunctionalInterface
    public interface Weave {
        GovernedQuery weave(ResolvedQuery query, Allow decision, AtHand dimensions);

        /** As it is when it is only looked at: nothing is read. */
        default GovernedQuery weave(ResolvedQuery query, Allow decision) {
            return weave(query, decision, AtHand.none());
        }
    }

    /** Governed tree to a verified program. */
    @FunctionalInterface
    public interface Plan {
        ExecutablePlan plan(GovernedQuery query, Catalog catalog);
    }

    /** Resolved query and decision to a verified program in one step, which may be one that was made before. */
    @FunctionalInterface
    public interface Prepare {
        ExecutablePlan prepare(ResolvedQuery query, Allow decision, AtHand dimensions);
    }

    /** Verified program to rows, under the decision that it was made with; whoever opened the stream closes it. */
    @FunctionalInterface
    public interface Run {
        RowStream open(ExecutablePlan plan, Allow decision, RunContext context);
    }

    /** Verified program to rows that may be kept from an earlier query under the same decision; else those of the run. */
    @FunctionalInterface
    public interface Answer {
        RowStream open(
                ResolvedQuery query, ExecutablePlan plan, Allow decision, RunContext context, Supplier<RowStream> run);
    }
}
