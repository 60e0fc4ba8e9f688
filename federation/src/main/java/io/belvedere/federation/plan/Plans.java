package io.belvedere.federation.plan;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryShape;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.TableName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Resolved query and decision to a verified plan: one that is kept where there is one, else woven and planned as ever. Safe for use by
 * many threads.
 *
 * <p>A plan is found only by the fingerprint of the decision at hand, the query's shape (the text without the values that were lifted,
 * the picture of the catalog with the definitions of its views and sources, the day where the text asks for it), the dimensions at hand and
 * the statistics it was made with. So a change of policy, role, catalog or statistics never meets a plan from before it; what is out of reach goes with
 * its age. A plan whose own run gave quite other numbers than it was made with is made anew, once. The plan carries the stamp all the same, and the runner compares it with the decision once more.
 *
 * <p>Two things are kept. A plan for exactly these values. And, once a shape was seen with other values and its plan is one statement
 * at one source, a {@link PlanTemplate} for all values; it is believed only after its statement for the values at hand came out the
 * same, letter by letter, as that of the plan made for them alone. Where several sources take part the values decide the order of
 * work, so each is planned for itself.
 */
public final class Plans {
    private static final int KEPT_MAX = 4_000;
    private static final Duration KEPT_AGE = Duration.ofMinutes(10);
    /** Templates of one shape: one for each shard that its values lead to. */
    private static final int TEMPLATES_MAX = 64;

    private final Weaver weaver;
    private final Planner planner;
    private final Statistics statistics;
    private final BoundedCache<CacheKey.Governed<Exact>, ExecutablePlan> plans =
            new BoundedCache<>("plans", KEPT_MAX, KEPT_AGE);
    private final BoundedCache<CacheKey.Governed<Shape>, Learned> templates =
            new BoundedCache<>("plan-templates", KEPT_MAX, KEPT_AGE);

    public Plans(Weaver weaver, Planner planner, Statistics statistics) {
        this.weaver = weaver;
        this.planner = planner;
        this.statistics = statistics;
    }

    /**
     * A query without its values, and what its plan depends on besides the decision.
     *
     * @param atHand the dimensions that are read from memory; their rows are those of the run
     */
    private record Shape(QueryShape shape, Set<TableName> atHand, long statistics) {}

    /** A query with its values. */
    private record Exact(Shape shape, List<Literal> values) {}

    /**
     * What is known of a shape.
     *
     * @param templates the newest last
     * @param hopeless that it has no template
     */
    private record Learned(List<PlanTemplate> templates, boolean hopeless) {
        static final Learned SEEN = new Learned(List.of(), false);
        static final Learned HOPELESS = new Learned(List.of(), true);

        Learned {
            templates = List.copyOf(templates);
        }

        Learned and(PlanTemplate template) {
            List<PlanTemplate> more = new ArrayList<>(templates);
            more.add(template);
            return new Learned(more.subList(Math.max(0, more.size() - TEMPLATES_MAX), more.size()), false);
        }

        Optional<ExecutablePlan> bind(List<Literal> values) {
            for (PlanTemplate template : templates) {
                Optional<ExecutablePlan> bound = template.bind(values);
                if (bound.isPresent()) {
                    return bound;
                }
            }
            return Optional.empty();
        }
    }

    /**
     * The plan of a query under a decision. Throws what weaving and planning throw; that is never kept.
     */
    public ExecutablePlan plan(ResolvedQuery query, Allow decision) {
        return plan(query, decision, AtHand.none());
    }

    /** As {@link #plan(ResolvedQuery, Allow)}, with dimensions read from memory where their rows are at hand. */
    public ExecutablePlan plan(ResolvedQuery query, Allow decision, AtHand atHand) {
        Optional<QueryShape> known = query.shape();
        if (known.isEmpty()) {
            return planned(query, decision, atHand);
        }
        Shape shape = new Shape(known.get(), Set.copyOf(atHand.names()), statistics.epoch());
        List<Literal> values = query.liftedValues();
        CacheKey.Governed<Shape> every = new CacheKey.Governed<>(shape, decision.stamp());
        Optional<Learned> learned = values.isEmpty() ? Optional.empty() : templates.find(every);
        return learned.flatMap(each -> each.bind(values))
                .or(() -> plans.find(new CacheKey.Governed<>(new Exact(shape, values), decision.stamp()))
                        .filter(kept -> !kept.isContradicted()))
                .orElseGet(() -> {
                    ExecutablePlan made = planned(query, decision, atHand);
                    keep(query, decision, atHand, made, learned);
                    return made;
                });
    }

    /** What is kept, for whoever measures. */
    public List<Measured> caches() {
        return List.of(planner.observed(), plans, templates);
    }

    private ExecutablePlan planned(ResolvedQuery query, Allow decision, AtHand atHand) {
        return planner.plan(weaver.weave(query, decision, atHand), query.catalog());
    }

    private void keep(
            ResolvedQuery query, Allow decision, AtHand atHand, ExecutablePlan made, Optional<Learned> learned) {
        // Planning may have been what made the sources answer: the plan was made with the newer figures.
        Shape shape = new Shape(query.shape().orElseThrow(), Set.copyOf(atHand.names()), statistics.epoch());
        List<Literal> values = query.liftedValues();
        plans.keep(new CacheKey.Governed<>(new Exact(shape, values), decision.stamp()), made.withoutReport());
        if (!values.isEmpty()) {
            templates.keep(
                    new CacheKey.Governed<>(shape, decision.stamp()), learn(query, decision, atHand, made, learned));
        }
    }

    /** Nothing is learned from one query alone: most are asked once. */
    private Learned learn(
            ResolvedQuery query, Allow decision, AtHand atHand, ExecutablePlan made, Optional<Learned> learned) {
        boolean oneStatement = made.steps().getFirst() instanceof Step.PassThrough;
        if (!oneStatement || learned.filter(Learned::hopeless).isPresent()) {
            return Learned.HOPELESS;
        }
        return learned.map(known ->
                        template(query, decision, atHand, made).map(known::and).orElse(Learned.HOPELESS))
                .orElse(Learned.SEEN);
    }

    private Optional<PlanTemplate> template(ResolvedQuery query, Allow decision, AtHand atHand, ExecutablePlan made) {
        try {
            return planner.planLifted(
                            weaver.weaveLifted(query, decision, atHand), query.catalog(), query.liftedValues())
                    .filter(template -> template.bind(query.liftedValues())
                            .filter(bound -> bound.steps().equals(made.steps()))
                            .isPresent());
        } catch (BelvedereException needsItsValues) {
            // The query itself was planned; without its values it cannot be.
            return Optional.empty();
        }
    }
}
