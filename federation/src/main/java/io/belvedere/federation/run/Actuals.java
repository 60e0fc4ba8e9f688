package io.belvedere.federation.run;

import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Explained.Actual;
import io.belvedere.federation.plan.Explained.ActualStatement;
import io.belvedere.federation.plan.Explained.ExplainedStep;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a plan's steps did, read from the timeline of its run. */
public final class Actuals {
    private Actuals() {}

    /** The plan with what each step did beside what was expected; steps that did not run stay as they are. */
    public static Explained of(Explained plan, List<Timeline.Entry> timeline) {
        return new Explained(
                plan.shape(),
                plan.full()
                        .map(full -> new Explained.Full(
                                full.wovenTree(),
                                full.plannedTree(),
                                full.steps().stream()
                                        .map(step -> of(step, timeline))
                                        .toList(),
                                full.notPushed())));
    }

    private static ExplainedStep of(ExplainedStep step, List<Timeline.Entry> timeline) {
        List<Timeline.Entry> own = timeline.stream()
                .filter(entry -> entry.name().equals(step.name()))
                .toList();
        return own.isEmpty() ? step : step.with(actual(own));
    }

    private static Actual actual(List<Timeline.Entry> entries) {
        List<ActualStatement> statements =
                entries.stream().flatMap(Actuals::statement).toList();
        boolean counted = !statements.isEmpty();
        return new Actual(
                counted
                        ? Optional.of(statements.stream()
                                .mapToLong(ActualStatement::rows)
                                .sum())
                        : Optional.empty(),
                counted
                        ? Optional.of(statements.stream()
                                .mapToLong(ActualStatement::bytes)
                                .sum())
                        : Optional.empty(),
                span(entries),
                statements.stream()
                        .mapToInt(each -> Math.max(0, each.attempts() - 1))
                        .sum(),
                statements.stream().mapToLong(ActualStatement::keys).max().orElse(0),
                statements);
    }

    private static Stream<ActualStatement> statement(Timeline.Entry entry) {
        return entry.fetch().stream()
                .map(fetch -> new ActualStatement(
                        fetch.shard(),
                        fetch.rows(),
                        fetch.bytes(),
                        entry.took(),
                        fetch.attempts(),
                        fetch.keys(),
                        fetch.status()));
    }

    /** From the first begin to the last end: shards run side by side. */
    private static Duration span(List<Timeline.Entry> entries) {
        Duration begin = entries.stream()
                .map(Timeline.Entry::begin)
                .min(Duration::compareTo)
                .orElseThrow();
        return entries.stream()
                .map(entry -> entry.begin().plus(entry.took()))
                .max(Duration::compareTo)
                .orElseThrow()
                .minus(begin);
    }
}
