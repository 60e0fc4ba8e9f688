package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.cache.Measured;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.SetPredicates;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.policy.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.metadata.JaninoRelMetadataProvider;
import org.apache.calcite.rel.metadata.RelMetadataQueryBase;
import org.apache.calcite.runtime.CalciteException;

/**
 * Governed tree to verified program. Takes {@link PlanningClock#LIMIT} at most. No state; safe for use by many threads.
 */
public final class Planner {
    /** What makes a plan fast and must never change its answer; tests take each away and compare. */
    public enum Shortcut {
        /** Sources do more than give their rows. */
        PUSH_DOWN,
        SHIP_KEYS,
        /** Few rows of dimensions stand in a source's statement. */
        INLINE_ROWS
    }

    private final Statistics statistics;
    private final Set<Shortcut> shortcuts;
    private final Feedback feedback = new Feedback();
    private final DimensionStatistics dimensions = new DimensionStatistics();
    private final LongAdder proofs = new LongAdder();
    private final LongAdder proofNanos = new LongAdder();

    public Planner(Statistics statistics) {
        this(statistics, Set.of(Shortcut.values()));
    }

    /** A planner that takes only some of the shortcuts. */
    public Planner(Statistics statistics, Set<Shortcut> shortcuts) {
        this.statistics = statistics;
        this.shortcuts = Set.copyOf(shortcuts);
    }

    /**
     * @throws BelvedereException {@code PLAN_REFUSED} when the plan could not be verified or takes too long, {@code UNSUPPORTED}
     *     when the query uses something that neither a source nor the engine computes
     */
    public ExecutablePlan plan(GovernedQuery query, Catalog published) {
        Catalog catalog = query.cache().in(published);
        return verified(query, catalog, program(query, catalog));
    }

    /**
     * A plan of a query that was woven with parameters for its values, verified with their places in it.
     *
     * @param values those of the query at hand
     * @return empty when the plan is more than one statement at one source
     * @throws BelvedereException as {@link #plan}
     */
    Optional<PlanTemplate> planLifted(GovernedQuery query, Catalog published, List<Literal> values) {
        Catalog catalog = query.cache().in(published);
        LiftedValues lifted = new LiftedValues(values, query.tree().getCluster().getRexBuilder());
        Planned planned = program(query, catalog, lifted);
        List<Step> steps = planned.program().steps();
        return steps.size() == 1
                        && steps.getFirst() instanceof Step.PassThrough(Step.Fetch fetch, Step.Merge _)
                        && fetch.cache().isEmpty()
                ? catalog.findSource(fetch.source())
                        .flatMap(source -> PlanTemplate.of(
                                verified(query, catalog, planned).withoutReport(),
                                source.kind(),
                                lifted.routings(),
                                values))
                : Optional.empty();
    }

    private ExecutablePlan verified(GovernedQuery query, Catalog catalog, Planned planned) {
        ExecutablePlan plain = verifiedAlone(query, catalog, planned);
        return planned.inlined()
                .flatMap(inlined -> verifiedIfGoverned(query, catalog, inlined))
                .map(inlined -> inlined.orElse(plain))
                .orElse(plain);
    }

    /** Rows that would leave before all of their policy was applied stay here: the plan without them is proved already. */
    private Optional<ExecutablePlan> verifiedIfGoverned(GovernedQuery query, Catalog catalog, Planned inlined) {
        try {
            return Optional.of(verifiedAlone(query, catalog, inlined));
        } catch (BelvedereException refused) {
            if (refused.code() != PLAN_REFUSED) {
                throw refused;
            }
            return Optional.empty();
        }
    }

    private ExecutablePlan verifiedAlone(GovernedQuery query, Catalog catalog, Planned planned) {
        long begin = System.nanoTime();
        PlanVerifier verifier = new PlanVerifier(catalog);
        verifier.verify(query, planned.program().steps(), planned.program().trees());
        planned.attempts()
                .forEach(attempt -> verifier.verify(
                        query, attempt.program().steps(), attempt.program().trees()));
        proofs.increment();
        proofNanos.add(System.nanoTime() - begin);
        return new ExecutablePlan(
                        planned.program().steps(),
                        query.columns(),
                        query.decision().fingerprint(),
                        query.limits(),
                        query.onSourceFailure(),
                        planned.report())
                .teaching(lessons(query, planned.program()))
                .attempting(planned.attempts().stream().map(Attempt::plan).toList());
    }

    /** A program that is not verified yet; nothing outside this package sees one. */
    record Planned(
            ProgramBuilder.Program program, PlanReport report, List<Attempt> attempts, Optional<Planned> inlined) {
        Planned {
            attempts = List.copyOf(attempts);
        }
    }

    /** A program for {@link TopRows}, and the step that gives its first rows. */
    record Attempt(ProgramBuilder.Program program, String driver, TopRows.Attempt top) {
        ExecutablePlan.Attempt plan() {
            return new ExecutablePlan.Attempt(program.steps(), driver, top.tried(), top.wanted());
        }
    }

    Planned program(GovernedQuery query, Catalog catalog) {
        return program(
                query,
                catalog,
                new LiftedValues(List.of(), query.tree().getCluster().getRexBuilder()));
    }

    private Planned program(GovernedQuery query, Catalog catalog, LiftedValues lifted) {
        // Calcite finds its metadata handlers through the thread.
        RelMetadataQueryBase.THREAD_PROVIDERS.set(JaninoRelMetadataProvider.of(SetPredicates.known()));
        try (PlanningClock clock = new PlanningClock(PlanningClock.LIMIT)) {
            return inTime(() -> program(query, catalog, clock, lifted), clock);
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

    /** Calcite's planners say in words of their own that they were stopped. */
    private static Planned inTime(Supplier<Planned> planning, PlanningClock clock) {
        try {
            return planning.get();
        } catch (CalciteException stopped) {
            clock.check();
            throw stopped;
        }
    }

    private Planned program(GovernedQuery query, Catalog catalog, PlanningClock clock, LiftedValues lifted) {
        Dialects dialects = new Dialects(statistics(query), lifted.values());
        Pass pass = new Pass(query, catalog, clock, estimator(query), lifted, dialects);
        SubQueries subQueries = new SubQueries();
        RelNode normal =
                new Normaliser(catalog, clock, Normaliser.PolicyCopies.ADD, subQueries).normalise(query.tree());
        RelNode eager = pass.arranged(normal);
        List<PlanReport.KeptBack> keptBack = new ArrayList<>();
        RelNode cut = cut(pass, eager, keptBack);
        Map<Integer, RelNode> values = values(pass, subQueries, cut, keptBack);
        ProgramBuilder.Program program = build(pass, cut, values);
        PushdownCheck.require(query, program, keptBack);
        return new Planned(
                program,
                Reports.report(query.tree(), cut, values, keptBack, program.expected()),
                attempts(pass, eager, values),
                inlined(pass, eager, values, program));
    }

    /** The program with rows of dimensions in the statements of sources; empty where that moves as many rows, or is not possible. */
    private Optional<Planned> inlined(
            Pass pass, RelNode arranged, Map<Integer, RelNode> values, ProgramBuilder.Program plain) {
        if (!shortcuts.containsAll(Set.of(Shortcut.PUSH_DOWN, Shortcut.INLINE_ROWS))
                || !(pass.query().onSourceFailure() instanceof OnSourceFailure.Fail)
                || plain.steps().stream().noneMatch(Planner::readsMemory)) {
            return Optional.empty();
        }
        RelNode planned = Trees.withoutSearch(Trimmer.trim(arranged));
        Inlining inlining = new Inlining(pass.estimator(), pass.dialects());
        Cutter cutter = new Cutter(pass.catalog(), pass.clock(), pass.lifted(), pass.dialects(), Optional.of(inlining));
        RelNode cut = RangeOrders.asColumns(cutter.cut(planned));
        if (!Inlining.isIn(cut) || inlining.groupsMany(cut)) {
            return Optional.empty();
        }
        List<PlanReport.KeptBack> keptBack = cutter.keptBack(planned);
        ProgramBuilder.Program program = build(pass, cut, values);
        return Inlining.pays(program, plain)
                ? Optional.of(new Planned(
                        program,
                        Reports.report(pass.query().tree(), cut, values, keptBack, program.expected()),
                        List.of(),
                        Optional.empty()))
                : Optional.empty();
    }

    private static boolean readsMemory(Step step) {
        return step instanceof Step.Fetch fetch && fetch.cache().isPresent();
    }

    /** A plan of one statement has no choice that a count could correct. */
    private Lessons lessons(GovernedQuery query, ProgramBuilder.Program program) {
        Stamp stamp = query.decision().stamp();
        return program.steps().size() == 1
                ? Lessons.NONE
                : new Lessons(program.expectations(), (shape, rows) -> feedback.learn(shape, rows, stamp));
    }

    private Estimator estimator(GovernedQuery query) {
        Stamp stamp = query.decision().stamp();
        return new Estimator(statistics(query), shape -> feedback.rows(shape, stamp));
    }

    private Statistics statistics(GovernedQuery query) {
        return new CacheStatistics(statistics, query.cache(), dimensions);
    }

    /** What is kept, for whoever measures. */
    Measured observed() {
        return feedback.cache();
    }

    /** The plans that were proved so far, for whoever measures. */
    public Proofs proofs() {
        return new Proofs(proofs.sum(), Duration.ofNanos(proofNanos.sum()));
    }

    /**
     * What the verifier did.
     *
     * @param took all together
     */
    public record Proofs(long plans, Duration took) {}

    /** What one query is planned with. */
    private record Pass(
            GovernedQuery query,
            Catalog catalog,
            PlanningClock clock,
            Estimator estimator,
            LiftedValues lifted,
            Dialects dialects) {
        /** The tree with its joins in order, and aggregates below them. */
        RelNode arranged(RelNode normal) {
            RelNode needed = NoRows.pruned(Trimmer.withoutUnusedJoins(normal));
            RelNode ordered = new JoinOrder(catalog, estimator, clock).order(needed);
            return new EagerAggregation(catalog, estimator).push(ordered);
        }
    }

    private RelNode cut(Pass pass, RelNode arranged, List<PlanReport.KeptBack> keptBack) {
        RelNode planned = Trees.withoutSearch(Trimmer.trim(arranged));
        Cutter cutter = new Cutter(pass.catalog(), pass.clock(), pass.lifted(), pass.dialects());
        RelNode cut = shortcuts.contains(Shortcut.PUSH_DOWN) ? cutter.cut(planned) : cutter.cutScans(planned);
        keptBack.addAll(cutter.keptBack(planned));
        return RangeOrders.asColumns(cut);
    }

    /** The sub-queries whose values are needed, cut. What nobody reads any more is left out: the last one may be all that names another. */
    private Map<Integer, RelNode> values(
            Pass pass, SubQueries subQueries, RelNode cut, List<PlanReport.KeptBack> keptBack) {
        Map<Integer, RelNode> values = new TreeMap<>();
        List<RelNode> trees = subQueries.trees();
        for (int number = trees.size() - 1; number >= 0; number--) {
            if (isNamed(number, cut, values)) {
                values.put(number, cut(pass, pass.arranged(trees.get(number)), keptBack));
            }
        }
        return values;
    }

    private static boolean isNamed(int number, RelNode cut, Map<Integer, RelNode> values) {
        return Stream.concat(Stream.of(cut), values.values().stream())
                .flatMap(tree -> SubQueries.in(tree).stream())
                .anyMatch(value -> value.number() == number);
    }

    private List<Attempt> attempts(Pass pass, RelNode tree, Map<Integer, RelNode> values) {
        if (!(pass.query().onSourceFailure() instanceof OnSourceFailure.Fail)
                || !shortcuts.contains(Shortcut.PUSH_DOWN)) {
            return List.of();
        }
        List<Attempt> attempts = new ArrayList<>();
        for (TopRows.Attempt top : TopRows.attempts(tree, pass.catalog(), pass.estimator())) {
            try {
                ProgramBuilder.Program program = build(pass, cut(pass, top.tree(), new ArrayList<>()), values);
                program.fetchOfFirst(top.tried()).ifPresent(driver -> attempts.add(new Attempt(program, driver, top)));
            } catch (NotOffered orderOfItsOwn) {
                // The source orders such values in a way of its own; the plan itself needs none from it.
                return attempts;
            }
        }
        return attempts;
    }

    private ViewLimits keyLimits(ViewLimits limits) {
        return shortcuts.contains(Shortcut.SHIP_KEYS) ? limits : new ViewLimits(limits.timeout(), limits.rowsMax(), 0);
    }

    private ProgramBuilder.Program build(Pass pass, RelNode cut, Map<Integer, RelNode> values) {
        NavigableMap<Integer, RelNode> needed = new TreeMap<>();
        new TreeMap<>(values).descendingMap().forEach((number, tree) -> {
            if (isNamed(number, cut, needed)) {
                needed.put(number, tree);
            }
        });
        return new ProgramBuilder(
                        new FragmentWriter(pass.catalog(), pass.clock(), pass.dialects()),
                        pass.estimator(),
                        new KeyShipping(pass.estimator(), keyLimits(pass.query().limits())),
                        pass.query().columns(),
                        pass.query().onSourceFailure())
                .build(cut, needed);
    }
}
