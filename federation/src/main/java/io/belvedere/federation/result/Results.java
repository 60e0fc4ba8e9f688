package io.belvedere.federation.result;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.sql.QueryShape;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.Caching;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Results of queries all of whose views let them be kept. Safe for use by many threads.
 *
 * <p>A result is found by the stamp of the decision at hand (the policy's revision, and of each view its row filter, masks with their
 * salts and keys, and group size), by the query's shape (its wording, the picture of the catalog with the definitions of its views
 * and sources, the day where the text asks for it), by the values in it with their types, and by the keys of hashes that there are.
 * Who asks is no part of it: two callers of whom policy says the same get the same rows, with or without a cache. A session has no
 * setting that an answer depends on; all times are UTC.
 *
 * <p>A query that asks for the moment has no shape, and is never kept. What was asked before the cache was emptied is not kept after it.
 */
public final class Results implements Measured {
    private final BoundedCache<CacheKey.Governed<Question>, KeptResult> kept;
    private final long resultBytesMax;
    private final HashKeys hashKeys;
    private final QueryMemory memory;
    private final AtomicLong generation = new AtomicLong();

    /**
     * How much is kept.
     *
     * @param entriesMax results at most
     * @param bytesMax of all results; 0 to keep none
     * @param resultBytesMax of one result
     */
    public record Bounds(int entriesMax, long bytesMax, long resultBytesMax) {
        /** No result is kept. */
        public static final Bounds NONE = new Bounds(1, 0, 0);
    }

    /**
     * What is asked, besides the decision.
     *
     * @param values typed, in the order of the text
     * @param hashKeys ids of the keys; hashes of one that is gone are refused
     * @param generation how often everything was forgotten before
     */
    private record Question(QueryShape shape, List<Literal> values, Set<String> hashKeys, long generation) {}

    /** @param memory of the queries; stays open */
    public Results(Bounds bounds, HashKeys hashKeys, QueryMemory memory) {
        this.resultBytesMax = Math.min(bounds.resultBytesMax(), bounds.bytesMax());
        this.kept = BoundedCache.weighed(
                "results",
                new BoundedCache.Room(bounds.entriesMax(), Math.max(bounds.entriesMax(), bounds.bytesMax())),
                Caching.RESULTS_MAX,
                KeptResult::bytes);
        this.hashKeys = hashKeys;
        this.memory = memory;
    }

    /**
     * The rows of a query: those that are kept, else those of a run, which are kept on their way if they may be.
     *
     * @param run starts the plan, under the same decision
     * @return closed by the caller
     */
    public RowStream open(
            ResolvedQuery query, ExecutablePlan plan, Allow decision, RunContext context, Supplier<RowStream> run) {
        if (!plan.stamp().equals(decision.fingerprint())) {
            throw FederationError.PLAN_REFUSED.error(
                    "The plan was not run because it was made under another decision.");
        }
        Optional<Duration> ttl = ttl(query.views());
        Optional<CacheKey.Governed<Question>> key = ttl.flatMap(_ -> key(query, decision));
        return key.flatMap(kept::find)
                .<RowStream>map(result -> kept(result, plan, context))
                .orElseGet(() -> running(query, context, ttl, key, run));
    }

    private RowStream kept(KeptResult result, ExecutablePlan plan, RunContext context) {
        BufferAllocator own = memory.open(context.query().toString());
        return new KeptStream(result, plan.columns(), context, own);
    }

    private RowStream running(
            ResolvedQuery query,
            RunContext context,
            Optional<Duration> ttl,
            Optional<CacheKey.Governed<Question>> key,
            Supplier<RowStream> run) {
        long asked = System.nanoTime();
        return new KeepingStream(
                run.get(),
                asked,
                key.isPresent() ? resultBytesMax : 0,
                result -> {
                    Duration left = ttl.orElseThrow().minusNanos(System.nanoTime() - asked);
                    Duration fresh = ResultFreshness.left(query, result, context.timeline());
                    keep(key.orElseThrow(), result, left.compareTo(fresh) < 0 ? left : fresh);
                },
                this::clear);
    }

    private void keep(CacheKey.Governed<Question> key, KeptResult result, Duration life) {
        if (key.subject().generation() == generation.get()) {
            kept.keep(key, result, life);
        }
    }

    /** The shortest time of all; empty where a view has none, or there is no view. */
    private static Optional<Duration> ttl(List<ViewDefinition> views) {
        return views.stream().allMatch(view -> view.caching().resultsFor().isPresent())
                ? views.stream()
                        .flatMap(view -> view.caching().resultsFor().stream())
                        .min(Duration::compareTo)
                : Optional.empty();
    }

    private Optional<CacheKey.Governed<Question>> key(ResolvedQuery query, Allow decision) {
        return query.shape()
                .map(shape -> new CacheKey.Governed<>(
                        new Question(shape, query.liftedValues(), hashKeys.ids(), generation.get()), decision.stamp()));
    }

    @Override
    public String name() {
        return kept.name();
    }

    @Override
    public CacheCounts counts() {
        return kept.counts();
    }

    @Override
    public Duration oldest() {
        return kept.oldest();
    }

    /** Forgets every result, those included that are being read from sources. */
    @Override
    public void clear() {
        generation.incrementAndGet();
        kept.clear();
    }
}
