package io.belvedere.federation.dimension;

import static io.belvedere.federation.FederationError.DIMENSION_REFUSED;
import static io.belvedere.federation.FederationError.ENGINE_FAILED;
import static io.belvedere.federation.FederationError.SCHEMA_DRIFT;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.Measured;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceDefinition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of a catalog's dimensions. Each is loaded once for all who ask, is loaded anew before it is too old, and is replaced as a whole;
 * rows past their bound are dropped, whatever became of the load that should have replaced them. What does not come to its end, has no key
 * where it should have one, or does not fit, is refused, and the rows before it serve to the end of their bound.
 *
 * <p>All memory is of one bounded allocator, old rows that queries still read and rows that are being loaded included. What has no room there is
 * refused; nothing makes room by dropping another dimension's rows.
 *
 * <p>Ages are measured by the monotonic clock. Safe for use by many threads. {@link #tick} does what is due and is to be called several times a
 * second; see {@link DimensionKeeper}.
 */
public final class Dimensions implements DimensionStore, Measured, AutoCloseable {
    /** Loads of one source at a time that nobody waits for. */
    static final int LOADS_PER_SOURCE_MAX = 2;

    /** A bound that is shorter is met by no kept rows. */
    private static final Duration BOUND_MIN = Duration.ofSeconds(1);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final DimensionSource source;
    private final Loads loads;
    private final DimensionLimits limits;
    private final LongSupplier ticker;
    private final Clock clock;
    private final BufferAllocator memory;
    private final Cache<TableName, Generation> rows;
    private final AtomicLong generations = new AtomicLong();
    private final AtomicLong living = new AtomicLong();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder loadingNanos = new LongAdder();
    // Replaced as a whole, under this.
    private volatile Map<TableName, KeptDimension> known = Map.of();

    /**
     * @param ticker nanoseconds of a monotonic clock
     * @param clock for the moments that are shown, and for cron
     */
    Dimensions(
            DimensionSource source,
            Loads loads,
            QueryMemory memory,
            DimensionLimits limits,
            LongSupplier ticker,
            Clock clock) {
        this.source = source;
        this.loads = loads;
        this.limits = limits;
        this.ticker = ticker;
        this.clock = clock;
        this.memory = memory.openDimensions(limits.bytesMax());
        this.rows = Caffeine.newBuilder()
                .ticker(ticker::getAsLong)
                .executor(Runnable::run)
                .expireAfter(Expiry.<TableName, Generation>writing(this::untilTooOld))
                .removalListener(this::dropped)
                .build();
    }

    private void dropped(@Nullable TableName name, @Nullable Generation generation, RemovalCause cause) {
        if (cause.wasEvicted()) {
            evicted.increment();
        }
        if (generation != null) {
            generation.release();
        }
    }

    private Duration untilTooOld(TableName name, Generation generation) {
        return limits.staleMax(generation.rows().definition()).minus(age(generation));
    }

    /** Turns to a new picture of the catalog. Dimensions whose definition and source did not change keep their rows. */
    public synchronized void reload(Catalog catalog) {
        Map<TableName, KeptDimension> before = known;
        Map<TableName, KeptDimension> after = new HashMap<>();
        source.turnTo(catalog);
        for (DimensionDefinition definition : catalog.dimensions()) {
            SourceDefinition from = catalog.findSource(definition.source()).orElseThrow();
            KeptDimension kept = before.get(definition.name());
            after.put(
                    definition.name(),
                    kept != null && kept.isSame(definition, from)
                            ? kept
                            : new KeptDimension(definition, from, ticker.getAsLong()));
        }
        before.forEach((name, kept) -> {
            if (after.get(name) != kept) {
                kept.retire();
                drop(name, kept);
            }
        });
        known = Map.copyOf(after);
    }

    @Override
    public Optional<Lease> find(DimensionDefinition dimension, Duration staleMax, Deadline deadline) {
        KeptDimension kept = known.get(dimension.name());
        if (kept == null || !kept.definition().hash().equals(dimension.hash())) {
            return Optional.empty();
        }
        Optional<Lease> lease = staleMax.compareTo(BOUND_MIN) < 0 ? Optional.empty() : lease(kept, staleMax);
        if (lease.isPresent()) {
            kept.hits.increment();
            return lease;
        }
        kept.misses.increment();
        long now = ticker.getAsLong();
        if (staleMax.compareTo(BOUND_MIN) < 0 || kept.holdsOff(now)) {
            return Optional.empty();
        }
        Optional<CompletableFuture<Void>> begun = kept.beginAsked(now);
        if (begun.isPresent()) {
            // A load that ended since the look above has put its rows by now: no second one is for us to do.
            lease = lease(kept, staleMax);
            if (lease.isPresent()) {
                kept.end(begun.get());
                return lease;
            }
            start(kept, begun.get());
        }
        // The other half is for reading at the source, should this give nothing.
        kept.loading().ifPresent(load -> await(load, deadline.remaining().dividedBy(2)));
        return lease(kept, staleMax);
    }

    @Override
    public Duration bound(DimensionDefinition dimension, Duration staleMax) {
        Duration most = limits.staleMax(dimension);
        return staleMax.compareTo(most) < 0 ? staleMax : most;
    }

    private Optional<Lease> lease(KeptDimension kept, Duration staleMax) {
        TableName name = kept.definition().name();
        for (Generation found = rows.getIfPresent(name); found != null; found = rows.getIfPresent(name)) {
            if (!found.rows().definition().hash().equals(kept.definition().hash())
                    || age(found).compareTo(staleMax) >= 0
                    || age(found).compareTo(limits.staleMax(kept.definition())) >= 0) {
                return Optional.empty();
            }
            Optional<Lease> lease = found.lease();
            if (lease.isPresent()) {
                return lease;
            }
        }
        return Optional.empty();
    }

    private Duration age(Generation generation) {
        return Duration.ofNanos(ticker.getAsLong() - generation.beganNanos());
    }

    /** Drops rows that are too old, although nobody asks for them, and begins the loads that are due. */
    void tick() {
        rows.cleanUp();
        Map<TableName, KeptDimension> now = known;
        for (KeptDimension kept : now.values()) {
            if (loadsOfSource(now, kept) < LOADS_PER_SOURCE_MAX) {
                kept.beginDue(ticker.getAsLong()).ifPresent(load -> start(kept, load));
            }
        }
    }

    private static long loadsOfSource(Map<TableName, KeptDimension> all, KeptDimension kept) {
        return all.values().stream()
                .filter(other ->
                        other.definition().source().equals(kept.definition().source()))
                .filter(KeptDimension::isLoading)
                .count();
    }

    /** The source told of a change, or may have missed to: the rows are loaded anew. They serve until then, inside their bound. */
    void changed(DimensionDefinition dimension) {
        KeptDimension kept = known.get(dimension.name());
        if (kept != null && kept.definition().hash().equals(dimension.hash())) {
            kept.changed(ticker.getAsLong());
        }
    }

    /**
     * Loads a dimension anew, after a load that runs already, and waits for it.
     *
     * @return how it is then; empty when there is no such dimension
     */
    public Optional<DimensionStatus> refresh(TableName name, Deadline deadline) {
        KeptDimension kept = known.get(name);
        if (kept == null) {
            return Optional.empty();
        }
        kept.loading().ifPresent(running -> await(running, deadline.remaining()));
        kept.begin(ticker.getAsLong()).ifPresent(load -> start(kept, load));
        kept.loading().ifPresent(load -> await(load, deadline.remaining()));
        return Optional.of(status(kept));
    }

    @Override
    public String name() {
        return "dimensions";
    }

    @Override
    public CacheCounts counts() {
        List<DimensionStatus.Counts> each =
                statuses().stream().map(DimensionStatus::counts).toList();
        return new CacheCounts(
                rows.estimatedSize(),
                bytes(),
                each.stream().mapToLong(DimensionStatus.Counts::hits).sum(),
                each.stream().mapToLong(DimensionStatus.Counts::misses).sum(),
                each.stream().mapToLong(DimensionStatus.Counts::loads).sum(),
                Duration.ofNanos(loadingNanos.sum()),
                evicted.sum(),
                each.stream().mapToLong(DimensionStatus.Counts::failures).sum());
    }

    @Override
    public Duration oldest() {
        return statuses().stream()
                .flatMap(status -> status.kept().stream())
                .map(DimensionStatus.Kept::age)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Drops all rows, and has them loaded anew. */
    @Override
    public void clear() {
        List<KeptDimension> all = kept();
        rows.invalidateAll();
        all.forEach(kept -> kept.changed(ticker.getAsLong()));
    }

    /** How each dimension is, by name. */
    public List<DimensionStatus> statuses() {
        return known.values().stream()
                .map(this::status)
                .sorted((one, other) ->
                        one.name().toString().compareTo(other.name().toString()))
                .toList();
    }

    /** Memory that all dimensions take now. */
    public long bytes() {
        return memory.getAllocatedMemory();
    }

    /** Memory that all dimensions may take. */
    public long bytesMax() {
        return limits.bytesMax();
    }

    /** Generations whose memory was not given back yet; for tests and metrics. */
    long living() {
        return living.get();
    }

    List<KeptDimension> kept() {
        return List.copyOf(known.values());
    }

    private DimensionStatus status(KeptDimension kept) {
        Generation found = rows.getIfPresent(kept.definition().name());
        Optional<DimensionStatus.Kept> serving = found == null
                ? Optional.empty()
                : Optional.of(new DimensionStatus.Kept(
                        found.rows().generation(),
                        found.rows().asOf(),
                        age(found),
                        found.rows().rowCount(),
                        found.rows().bytes()));
        return kept.status(serving, limits.staleMax(kept.definition()));
    }

    private void start(KeptDimension kept, CompletableFuture<Void> load) {
        Thread.ofVirtual()
                .name("belvedere-dimension-" + kept.definition().name())
                .start(() -> load(kept, load));
    }

    private void load(KeptDimension kept, CompletableFuture<Void> load) {
        long begin = System.nanoTime();
        QueryId id = loads.ids().get();
        try {
            keep(kept, recorded(kept, id, begin));
        } catch (RuntimeException | AssertionError e) {
            failed(kept, failure(kept, e));
        } finally {
            loadingNanos.add(System.nanoTime() - begin);
            kept.end(load);
        }
    }

    private static BelvedereException failure(KeptDimension kept, Throwable thrown) {
        return switch (thrown) {
            case BelvedereException known -> known;
            case DimensionIndex.Refused refused ->
                DIMENSION_REFUSED.error(
                        "Dimension '" + kept.definition().name() + "' was not loaded: " + refused.getMessage() + ".",
                        refused);
            default ->
                ENGINE_FAILED.error(
                        "The load of dimension '" + kept.definition().name() + "' failed.", thrown);
        };
    }

    /** Rows whose load stands in the records from its beginning to its end; without that there are none. */
    private Generation recorded(KeptDimension kept, QueryId id, long begin) {
        loads.records().asks(SourceRecords.Work.LOAD, kept.definition(), id);
        Generation loaded;
        try {
            loaded = read(kept, id);
        } catch (RuntimeException | AssertionError e) {
            BelvedereException why = failure(kept, e);
            ended(kept, id, Optional.of(why), 0, begin);
            throw why;
        }
        try {
            ended(kept, id, Optional.empty(), loaded.rows().rowCount(), begin);
            return loaded;
        } catch (RuntimeException e) {
            loaded.release();
            throw e;
        }
    }

    private void ended(KeptDimension kept, QueryId id, Optional<BelvedereException> failure, long rows, long begin) {
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        loads.records().ended(kept.definition(), id, new SourceRecords.Outcome(failure, rows, took));
    }

    /** What tells one state of a source from another; the question stands in the records before it is asked. */
    String watermark(DimensionDefinition dimension, ChangeSignal.Watermark watermark, Deadline deadline) {
        QueryId id = loads.ids().get();
        loads.records().asks(SourceRecords.Work.WATERMARK, dimension, id);
        return source.watermark(dimension, watermark, id, deadline);
    }

    private Generation read(KeptDimension kept, QueryId id) {
        DimensionDefinition definition = kept.definition();
        long beganNanos = ticker.getAsLong();
        Instant began = clock.instant();
        var schema = ArrowTypes.schema(DimensionRows.columns(definition));
        try (PackedBatches packed = new PackedBatches(definition, schema, memory, limits)) {
            Instant asOf = read(kept, id, packed, began);
            packed.requireRoomForIndex();
            List<VectorSchemaRoot> batches = packed.take();
            try {
                DimensionRows loaded =
                        new DimensionRows(definition, asOf, generations.incrementAndGet(), batches, packed.bytes());
                batches = List.of();
                living.incrementAndGet();
                long asOfNanos = beganNanos - Duration.between(asOf, began).toNanos();
                return new Generation(loaded, asOfNanos, living::decrementAndGet);
            } catch (OutOfMemoryException e) {
                throw DIMENSION_REFUSED.error(
                        "Dimension '" + definition.name() + "' was not loaded: the index of its " + packed.rows()
                                + " rows has no room; all dimensions together, at " + memory.getAllocatedMemory()
                                + " bytes now, may take " + limits.bytesMax() + ".",
                        e);
            } finally {
                batches.forEach(VectorSchemaRoot::close);
            }
        }
    }

    /** Reads everything; what breaks off throws. Gives as of when the oldest rows are. */
    private Instant read(KeptDimension kept, QueryId id, PackedBatches packed, Instant began) {
        try (RowStream stream = source.open(kept.definition(), id, Deadline.after(limits.loadTimeout()))) {
            if (!kept.reads(stream)) {
                stream.cancel();
            }
            try {
                while (stream.next()) {
                    packed.add(stream.batch());
                }
            } finally {
                kept.readsNoMore();
            }
            if (!stream.incompleteSources().isEmpty()) {
                throw DIMENSION_REFUSED.error("Dimension '" + kept.definition().name()
                        + "' was not loaded: a part of its source did not answer.");
            }
            return stream.readings().stream()
                    .map(SourceReading::asOf)
                    .filter(asOf -> asOf.isBefore(began))
                    .min(Instant::compareTo)
                    .orElse(began);
        }
    }

    private void keep(KeptDimension kept, Generation loaded) {
        synchronized (this) {
            if (kept.isRetired()) {
                loaded.release();
                return;
            }
            rows.put(kept.definition().name(), loaded);
        }
        kept.loaded(kept.untilDue(loaded.rows().asOf()));
    }

    private void failed(KeptDimension kept, BelvedereException why) {
        if (why.code() == SCHEMA_DRIFT) {
            // What was loaded may not be what the source means by it now.
            drop(kept.definition().name(), kept);
            // Only now: what is made of those rows from here on is of an earlier time than what is forgotten.
            loads.drifted().run();
        }
        kept.failed(
                new DimensionStatus.Failure(why.code().toString(), why.detail(), clock.instant()), ticker.getAsLong());
    }

    private synchronized void drop(TableName name, KeptDimension kept) {
        Generation found = rows.getIfPresent(name);
        if (found != null
                && found.rows().definition().hash().equals(kept.definition().hash())) {
            rows.invalidate(name);
        }
    }

    private static void await(CompletableFuture<Void> load, Duration patience) {
        try {
            load.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a load completes without a failure", impossible);
        }
    }

    /**
     * Stops the loads and drops all rows. Throws {@link IllegalStateException} when a query holds some still; what uses dimensions is closed
     * before.
     */
    @Override
    public void close() {
        Map<TableName, KeptDimension> last;
        synchronized (this) {
            last = known;
            known = Map.of();
            last.values().forEach(KeptDimension::retire);
        }
        Deadline patience = Deadline.after(CLOSE_PATIENCE);
        last.values().forEach(kept -> kept.loading().ifPresent(load -> await(load, patience.remaining())));
        rows.invalidateAll();
        memory.close();
    }
}
