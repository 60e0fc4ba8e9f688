package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.TableName;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A verified program. Only the planner makes one, and only from a governed query; it carries the decision's stamp. */
public final class ExecutablePlan {
    private final List<Step> steps;
    private final List<OutputColumn> columns;
    private final String stamp;
    private final ViewLimits limits;
    private final OnSourceFailure onSourceFailure;
    private final PlanReport report;
    private final List<Attempt> attempts;
    private final Lessons lessons;
    private final Optional<ExecutablePlan> otherwise;

    /**
     * A shorter way to the result that may not reach it: complete only if it gives {@code rowsWanted} rows, or its step {@code driver}
     * came to its end with fewer than {@code driverRowsMax}.
     */
    public record Attempt(List<Step> steps, String driver, long driverRowsMax, long rowsWanted) {
        public Attempt {
            steps = List.copyOf(steps);
        }
    }

    ExecutablePlan(
            List<Step> steps,
            List<OutputColumn> columns,
            String stamp,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            PlanReport report) {
        this(steps, columns, stamp, limits, onSourceFailure, report, List.of(), Lessons.NONE, Optional.empty());
    }

    private ExecutablePlan(
            List<Step> steps,
            List<OutputColumn> columns,
            String stamp,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            PlanReport report,
            List<Attempt> attempts,
            Lessons lessons,
            Optional<ExecutablePlan> otherwise) {
        this.steps = List.copyOf(steps);
        this.columns = List.copyOf(columns);
        this.stamp = stamp;
        this.limits = limits;
        this.onSourceFailure = onSourceFailure;
        this.report = report;
        this.attempts = List.copyOf(attempts);
        this.lessons = lessons;
        this.otherwise = otherwise;
    }

    /** The plan with somebody who learns from its runs how many rows each step gives. */
    ExecutablePlan teaching(Lessons learner) {
        return new ExecutablePlan(steps, columns, stamp, limits, onSourceFailure, report, attempts, learner, otherwise);
    }

    /** Takes note of all the rows that a step's source gave; of a step that was asked for some of them only, nothing is learned. */
    public void observed(String step, long rows) {
        lessons.observed(step, rows);
    }

    /** Whether a run showed that a plan of this query would now be made with other numbers. */
    boolean isContradicted() {
        return lessons.contradicted()
                || otherwise.filter(ExecutablePlan::isContradicted).isPresent();
    }

    /** The plan with attempts that are made before it runs. */
    ExecutablePlan attempting(List<Attempt> first) {
        return new ExecutablePlan(steps, columns, stamp, limits, onSourceFailure, report, first, lessons, otherwise);
    }

    /** The same plan with other steps; for the one class that fills in values. */
    ExecutablePlan with(List<Step> other) {
        return new ExecutablePlan(other, columns, stamp, limits, onSourceFailure, report);
    }

    /** The same plan to keep and use again; what EXPLAIN says is left out, because EXPLAIN plans anew. */
    ExecutablePlan withoutReport() {
        return new ExecutablePlan(
                steps,
                columns,
                stamp,
                limits,
                onSourceFailure,
                PlanReport.NONE,
                attempts,
                lessons,
                otherwise.map(ExecutablePlan::withoutReport));
    }

    /** This plan, whose statements hold rows of dimensions, and another one for when these turn out not to fit. */
    ExecutablePlan orElse(ExecutablePlan plain) {
        return new ExecutablePlan(
                steps, columns, stamp, limits, onSourceFailure, report, attempts, lessons, Optional.of(plain));
    }

    /** What is run where a dimension's rows do not fit into a statement of this plan; empty for most plans. */
    public Optional<ExecutablePlan> otherwise() {
        return otherwise;
    }

    /** In order; the last is a {@link Step.Deliver} or a {@link Step.PassThrough}. */
    public List<Step> steps() {
        return steps;
    }

    public List<OutputColumn> columns() {
        return columns;
    }

    /** The dimensions that it reads in memory; a run needs the rows of each. */
    public Set<TableName> dimensions() {
        Set<TableName> names = new LinkedHashSet<>();
        otherwise.ifPresent(plain -> names.addAll(plain.dimensions()));
        for (Step step : steps) {
            switch (step) {
                case Step.Fetch fetch -> fetch.cache().ifPresent(cache -> names.addAll(cache.dimensions()));
                case Step.PassThrough(Step.Fetch fetch, Step.Merge _) ->
                    fetch.cache().ifPresent(cache -> names.addAll(cache.dimensions()));
                case Step.Derive _, Step.Deliver _ -> {}
            }
        }
        return names;
    }

    /** The fingerprint of the decision that was woven in. */
    public String stamp() {
        return stamp;
    }

    public ViewLimits limits() {
        return limits;
    }

    public OnSourceFailure onSourceFailure() {
        return onSourceFailure;
    }

    /** What EXPLAIN shows; nothing, for a plan that was kept from an earlier query. */
    public PlanReport report() {
        return report;
    }

    /** What may be tried before the steps are run, in this order; empty for most plans. */
    public List<Attempt> attempts() {
        return attempts;
    }

    /** An attempt as a plan of its own. */
    public ExecutablePlan attempt(Attempt attempt) {
        return new ExecutablePlan(attempt.steps(), columns, stamp, limits, onSourceFailure, report);
    }

    public ExecutablePlan withoutAttempts() {
        return attempting(List.of());
    }
}
