package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.JaninoRelMetadataProvider;
import org.apache.calcite.rel.metadata.RelMetadataQueryBase;

/**
 * Governed tree to verified program. Takes {@link PlanningClock#LIMIT} at most. No state; safe for use by many threads.
 */
public final class Planner {
    private final Statistics statistics;

    public Planner(Statistics statistics) {
        this.statistics = statistics;
    }

    /**
     * @throws BelvedereException {@code PLAN_REFUSED} when the plan could not be verified or takes too long, {@code UNSUPPORTED}
     *     when the query uses something that neither a source nor the engine computes
     */
    public ExecutablePlan plan(GovernedQuery query, Catalog catalog) {
        return verified(query, catalog, program(query, catalog));
    }

    /**
     * A plan of a query that was woven with parameters for its values, verified with their places in it.
     *
     * @param values those of the query at hand
     * @return empty when the plan is more than one statement at one source
     * @throws BelvedereException as {@link #plan}
     */
    Optional<PlanTemplate> planLifted(GovernedQuery query, Catalog catalog, List<Literal> values) {
        LiftedValues lifted = new LiftedValues(values, query.tree().getCluster().getRexBuilder());
        Planned planned = program(query, catalog, lifted);
        return planned.program().steps().getLast() instanceof Step.PassThrough(Step.Fetch fetch)
                ? catalog.findSource(fetch.source())
                        .flatMap(source -> PlanTemplate.of(
                                verified(query, catalog, planned).withoutReport(), source.kind(), lifted.routings()))
                : Optional.empty();
    }

    private static ExecutablePlan verified(GovernedQuery query, Catalog catalog, Planned planned) {
        new PlanVerifier(catalog).verify(query, planned.program());
        return new ExecutablePlan(
                planned.program().steps(),
                query.columns(),
                query.decision().fingerprint(),
                query.limits(),
                query.onSourceFailure(),
                planned.report());
    }

    /** A program that is not verified yet; nothing outside this package sees one. */
    record Planned(ProgramBuilder.Program program, PlanReport report) {}

    Planned program(GovernedQuery query, Catalog catalog) {
        return program(
                query,
                catalog,
                new LiftedValues(List.of(), query.tree().getCluster().getRexBuilder()));
    }

    private Planned program(GovernedQuery query, Catalog catalog, LiftedValues lifted) {
        // Calcite finds its metadata handlers through the thread.
        RelMetadataQueryBase.THREAD_PROVIDERS.set(JaninoRelMetadataProvider.of(DefaultRelMetadataProvider.INSTANCE));
        try (PlanningClock clock = new PlanningClock(PlanningClock.LIMIT)) {
            return program(query, catalog, clock, lifted);
        } catch (BelvedereException known) {
            throw known;
        } catch (NotOffered missing) {
            throw UNSUPPORTED.error("The query uses " + missing.reason() + ", which is not offered.", missing);
        } catch (RuntimeException | AssertionError | StackOverflowError failure) {
            throw PLAN_REFUSED.error("The query could not be planned; write it in a simpler way.", failure);
        } finally {
            RelMetadataQueryBase.THREAD_PROVIDERS.remove();
        }
    }

    private Planned program(GovernedQuery query, Catalog catalog, PlanningClock clock, LiftedValues lifted) {
        Estimator estimator = new Estimator(statistics);
        RelNode tree = query.tree();
        RelNode normal = new Normaliser(catalog, clock, Normaliser.PolicyCopies.ADD).normalise(tree);
        RelNode ordered = new JoinOrder(catalog, estimator, clock).order(Trimmer.withoutUnusedJoins(normal));
        RelNode eager = new EagerAggregation(catalog, estimator).push(ordered);
        RelNode planned = Trees.withoutSearch(Trimmer.trim(eager));
        Cutter cutter = new Cutter(catalog, clock, lifted);
        RelNode cut = cutter.cut(planned);
        KeyShipping shipping = new KeyShipping(estimator, query.limits().shippedKeysMax());
        ProgramBuilder.Program program =
                new ProgramBuilder(new FragmentWriter(catalog, clock), estimator, shipping, query.columns()).build(cut);
        return new Planned(program, Reports.report(tree, cut, cutter.keptBack(planned), program.expected()));
    }
}
