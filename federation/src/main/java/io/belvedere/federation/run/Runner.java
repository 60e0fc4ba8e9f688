package io.belvedere.federation.run;

import io.belvedere.cache.Measured;
import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.SourceName;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.policy.Allow;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Runs plans. Fetches that need nothing start at once and side by side, the others when their keys are there; rows stream through
 * bounded queues to the result. Safe for use by many threads; does not own what it is given, closes only its clock.
 */
public final class Runner implements AutoCloseable {
    private final Sources sources;
    private final Engine engine;
    private final QueryMemory memory;
    private final RandomGenerator random;
    private final ShardDirectory directory;
    private final HashKeys hashKeys;
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("belvedere-deadlines").factory());

    /** A runner that has no key: what is to be hashed is refused. */
    public Runner(Sources sources, Engine engine, QueryMemory memory, RandomGenerator random) {
        this(sources, engine, memory, random, HashKeys.NONE);
    }

    /** @param hashKeys of the masks that hash */
    public Runner(Sources sources, Engine engine, QueryMemory memory, RandomGenerator random, HashKeys hashKeys) {
        this.hashKeys = hashKeys;
        this.sources = sources;
        this.engine = engine;
        this.memory = memory;
        this.random = random;
        this.directory = new ShardDirectory(sources);
        // Most queries end long before their deadline; what they hold must not wait for it.
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * As below, for the decision that the query has now; {@code PLAN_REFUSED} for a plan that was made under another one.
     */
    public RowStream open(ExecutablePlan plan, Allow decision, RunContext context) {
        if (!plan.stamp().equals(decision.fingerprint())) {
            throw FederationError.PLAN_REFUSED.error(
                    "The plan was not run because it was made under another decision.");
        }
        return open(plan, context);
    }

    /**
     * Starts a plan and returns its rows, which the caller closes. Does not wait for a source: what goes wrong there comes out of
     * the first {@link RowStream#next()}.
     */
    RowStream open(ExecutablePlan plan, RunContext context) {
        if (plan.otherwise().isEmpty() && plan.attempts().isEmpty()) {
            return run(plan, context);
        }
        // Another plan may be begun later, when the caller has let go of what it took for the query.
        AtHand dimensions = context.dimensions().share();
        try {
            return plan.otherwise().isPresent()
                    ? new InlinedStream(
                            run(plan, context), () -> open(plan.otherwise().get(), context), dimensions::close)
                    : new AttemptStream(plan, context, attempt -> run(attempt, context), dimensions::close);
        } catch (RuntimeException e) {
            dimensions.close();
            throw e;
        }
    }

    private RowStream run(ExecutablePlan plan, RunContext context) {
        requireDimensions(plan, context);
        BufferAllocator queryMemory = memory.open(context.query().toString());
        AtHand dimensions = context.dimensions().share();
        Runnable release = () -> {
            queryMemory.close();
            dimensions.close();
        };
        Run run = new Run(context, queryMemory, new KeyBudget(plan.limits().onTooManyKeys()), hashKeys);
        ScheduledFuture<?> alarm = deadlines.schedule(
                () -> Thread.startVirtualThread(() -> run.fail(Run.timedOut())),
                context.deadline().remaining().toNanos(),
                TimeUnit.NANOSECONDS);
        run.onStop(() -> alarm.cancel(false));
        try {
            expect(plan, run);
            return switch (plan.steps().getLast()) {
                case Step.PassThrough last when plan.steps().size() == 1 -> passThrough(plan, last, run, release);
                case Step.PassThrough _, Step.Deliver _ ->
                    new ProgramRun(plan, run, sources, directory, engine, random).start(release);
                case Step.Fetch fetch -> throw unfinished(fetch);
                case Step.Derive derive -> throw unfinished(derive);
            };
        } catch (RuntimeException e) {
            run.fail(Run.cancelled());
            release.run();
            throw e;
        }
    }

    /** Tells the run which shards will be asked more than once. */
    private void expect(ExecutablePlan plan, Run run) {
        for (Step step : plan.steps()) {
            if (step instanceof Step.Fetch fetch && fetch.cache().isEmpty()) {
                List<ShardPool> shards = sources.require(fetch.source()).shards();
                fetch.shards().stream()
                        .filter(i -> i >= 0 && i < shards.size())
                        .forEach(i -> run.expect(shards.get(i)));
            }
        }
    }

    /** A plan is run with the dimensions that it was made for. */
    private static void requireDimensions(ExecutablePlan plan, RunContext context) {
        if (!context.dimensions().names().containsAll(plan.dimensions())) {
            throw FederationError.PLAN_REFUSED.error(
                    "The plan was not run because it was made with other dimensions at hand.");
        }
    }

    private RowStream passThrough(ExecutablePlan plan, Step.PassThrough last, Run run, Runnable release) {
        BatchQueue queue = FetchRun.queue(run);
        if (last.fetch().cache().isPresent()) {
            return cached(plan, last.fetch(), run, queue, release);
        }
        ResultStream stream = new ResultStream(plan, run, queue, release);
        try {
            new SourceResult(plan, run, sources, directory, random).start(last, queue);
            return stream;
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /** The result is read in memory; no source is asked. */
    private RowStream cached(ExecutablePlan plan, Step.Fetch fetch, Run run, BatchQueue queue, Runnable release) {
        EngineSession session = engine.open();
        run.onStop(session::cancel);
        ResultStream stream = new ResultStream(plan, run, queue, () -> {
            session.close();
            release.run();
        });
        try {
            run.start(
                    Thread.ofVirtual().name("belvedere-cache-" + fetch.name()),
                    () -> new CacheFetch(run, session, fetch, new CacheTables(plan)).read(List.of(), queue));
            return stream;
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    static FetchRun.Missing missing(ExecutablePlan plan, SourceName source) {
        return switch (plan.onSourceFailure()) {
            case OnSourceFailure.Fail() -> FetchRun.Missing.FAILS_THE_QUERY;
            case OnSourceFailure.Partial(var allow) ->
                allow.contains(source) ? FetchRun.Missing.IS_ALLOWED : FetchRun.Missing.FAILS_THE_QUERY;
        };
    }

    /** What is kept, for whoever measures. */
    public Measured cache() {
        return directory.cache();
    }

    private static RuntimeException unfinished(Step last) {
        return FederationError.PLAN_REFUSED.error(
                "The plan ends in step '" + last.name() + "', which gives no result.");
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
