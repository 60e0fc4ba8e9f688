package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The result's end of a run: takes batches from the last step's queue, watches the deadline and the row limit, and cleans up. */
final class ResultStream implements RowStream {
    private static final String READ_TO_ITS_END = "ok";

    /** How long a finished or cancelled query's threads may take to leave before somebody else waits for them: a caller is answered. */
    private static final Duration LEAVE = Duration.ofMillis(500);

    private static final Duration STRAGGLER_LOG_INTERVAL = Duration.ofSeconds(10);

    private final ExecutablePlan plan;
    private final Run run;
    private final BatchQueue queue;
    private final Runnable release;
    /** Entries of the timeline that are of an attempt before this one. */
    private final int before;
    // Used by the one thread that reads.
    private @Nullable VectorSchemaRoot current;
    private long rows;
    private boolean ended;
    private Instant endedAt = Instant.EPOCH;
    private boolean closed;

    /**
     * @param release gives back what the run holds, called once, after its last thread has ended
     */
    ResultStream(ExecutablePlan plan, Run run, BatchQueue queue, Runnable release) {
        this.plan = plan;
        this.run = run;
        this.queue = queue;
        this.release = release;
        this.before = run.context().timeline().entries().size();
    }

    @Override
    public List<OutputColumn> columns() {
        return plan.columns();
    }

    @Override
    public boolean next() {
        dropCurrent();
        if (ended) {
            return false;
        }
        Optional<VectorSchemaRoot> batch = take();
        if (batch.isEmpty()) {
            end();
            return false;
        }
        current = batch.get();
        if (rows == 0) {
            mark("first row");
        }
        rows += current.getRowCount();
        if (rows > plan.limits().rowsMax()) {
            dropCurrent();
            run.fail(FederationError.LIMIT_EXCEEDED.error(
                    "The result has more than " + plan.limits().rowsMax() + " rows; narrow the query."));
            run.check();
        }
        return true;
    }

    private Optional<VectorSchemaRoot> take() {
        run.check();
        if (run.context().deadline().passed()) {
            run.fail(Run.timedOut());
        }
        BatchQueue.Taken taken;
        try {
            taken = queue.poll(run.context().deadline().remaining().toNanos());
        } catch (io.belvedere.model.error.BelvedereException e) {
            // The queue only says that it was stopped; the run knows why.
            run.check();
            throw e;
        }
        if (!taken.answered()) {
            run.fail(Run.timedOut());
            run.check();
        }
        return taken.batch();
    }

    private void end() {
        run.check();
        ended = true;
        endedAt = run.context().timeline().at(System.nanoTime());
        mark("last row");
        // What nobody reads to its end (an input behind a LIMIT) stops here, so that the timeline is complete.
        run.fail(Run.cancelled());
        run.awaitTasks(LEAVE);
        teach();
    }

    /** What the sources gave is told to the plan, step by step, where every statement of a step was read to its last row. */
    private void teach() {
        if (!run.missing().isEmpty()) {
            return;
        }
        Map<String, List<Timeline.FetchFacts>> steps = new HashMap<>();
        run.context().timeline().entries().stream()
                .skip(before)
                .forEach(entry -> entry.fetch()
                        .ifPresent(facts -> steps.computeIfAbsent(entry.name(), _ -> new ArrayList<>())
                                .add(facts)));
        steps.forEach((step, facts) -> {
            if (facts.stream().allMatch(each -> each.status().equals(READ_TO_ITS_END))) {
                plan.observed(
                        step,
                        facts.stream().mapToLong(Timeline.FetchFacts::rows).sum());
            }
        });
    }

    private void mark(String name) {
        Timeline timeline = run.context().timeline();
        timeline.add(new Timeline.Entry(name, timeline.elapsed(), Duration.ZERO, Optional.empty()));
    }

    @Override
    public VectorSchemaRoot batch() {
        if (current == null) {
            throw new IllegalStateException("next() has not given a batch");
        }
        return current;
    }

    @Override
    public List<String> incompleteSources() {
        return run.missing();
    }

    @Override
    public List<SourceReading> readings() {
        Map<String, SourceReading> all = new TreeMap<>();
        run.readings().forEach(reading -> all.put(reading.source(), reading));
        // Whether a source had to be asked depends on how large tables are before policy, and on who was first: callers
        // must not see it.
        // Where it did not, the answer is the same for every state it could have had, that of now included.
        for (String source : sources()) {
            all.putIfAbsent(source, new SourceReading(source, endedAt, endedAt));
        }
        return List.copyOf(all.values());
    }

    /** Those of the plan, without those whose rows are missing. */
    private Set<String> sources() {
        Set<String> sources = new TreeSet<>();
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Fetch fetch
                when fetch.cache().isEmpty() -> sources.add(fetch.source().value());
                case Step.PassThrough pass
                when pass.fetch().cache().isEmpty() ->
                    sources.add(pass.fetch().source().value());
                case Step.Fetch _, Step.PassThrough _, Step.Derive _, Step.Deliver _ -> {}
            }
        }
        run.missing().forEach(sources::remove);
        return sources;
    }

    @Override
    public List<DimensionReading> dimensions() {
        AtHand atHand = run.context().dimensions();
        return plan.dimensions().stream()
                .sorted(Comparator.comparing(TableName::toString))
                .flatMap(dimension -> atHand.find(dimension).stream()
                        .map(rows -> new DimensionReading(dimension.toString(), rows.asOf(), atHand.age(rows))))
                .toList();
    }

    @Override
    public void cancel() {
        run.fail(Run.cancelled());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        dropCurrent();
        run.fail(Run.cancelled());
        queue.close();
        if (run.awaitTasks(LEAVE)) {
            release.run();
        } else {
            // A thread is held by a source that does not let go; its socket is closed soon. Memory goes when it has
            // ended.
            run.leaveBehind();
            var _ = Thread.ofVirtual().name("belvedere-straggler").start(() -> {
                while (!run.awaitTasks(STRAGGLER_LOG_INTERVAL)) {
                    System.getLogger(ResultStream.class.getName())
                            .log(
                                    System.Logger.Level.WARNING,
                                    "query {0} is still leaving",
                                    run.context().query());
                }
                release.run();
            });
        }
    }

    private void dropCurrent() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
