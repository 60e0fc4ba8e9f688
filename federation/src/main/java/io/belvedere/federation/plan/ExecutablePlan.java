package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import java.util.List;

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
        this(steps, columns, stamp, limits, onSourceFailure, report, List.of(), Lessons.NONE);
    }

    private ExecutablePlan(
            List<Step> steps,
            List<OutputColumn> columns,
            String stamp,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            PlanReport report,
            List<Attempt> attempts,
            Lessons lessons) {
        this.steps = List.copyOf(steps);
        this.columns = List.copyOf(columns);
        this.stamp = stamp;
        this.limits = limits;
        this.onSourceFailure = onSourceFailure;
        this.report = report;
        this.attempts = List.copyOf(attempts);
        this.lessons = lessons;
    }

    /** The plan with somebody who learns from its runs how many rows each step gives. */
    ExecutablePlan teaching(Lessons learner) {
        return new ExecutablePlan(steps, columns, stamp, limits, onSourceFailure, report, attempts, learner);
    }

    /** Takes note of all the rows that a step's source gave; of a step that was asked for some of them only, nothing is learned. */
    public void observed(String step, long rows) {
        lessons.observed(step, rows);
    }

    /** Whether a run showed that a plan of this query would now be made with other numbers. */
    boolean isContradicted() {
        return lessons.contradicted();
    }

    /** The plan with attempts that are made before it runs. */
    ExecutablePlan attempting(List<Attempt> first) {
        return new ExecutablePlan(steps, columns, stamp, limits, onSourceFailure, report, first, lessons);
    }

    /** The same plan with other steps; for the one class that fills in values. */
    ExecutablePlan with(List<Step> other) {
        return new ExecutablePlan(other, columns, stamp, limits, onSourceFailure, report);
    }

    /** The same plan to keep and use again; what EXPLAIN says is left out, because EXPLAIN plans anew. */
    ExecutablePlan withoutReport() {
        return new ExecutablePlan(steps, columns, stamp, limits, onSourceFailure, PlanReport.NONE, attempts, lessons);
    }

    /** In order; the last is a {@link Step.Deliver} or a {@link Step.PassThrough}. */
    public List<Step> steps() {
        return steps;
    }

    public List<OutputColumn> columns() {
        return columns;
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
