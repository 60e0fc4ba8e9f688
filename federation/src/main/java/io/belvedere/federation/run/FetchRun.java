package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.hash.Hasher;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.Sources.Source;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.ShardKey;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One fetch step: its statements on the shards that it needs, side by side, and the rows of all in one queue. */
final class FetchRun {
    /** Statements at a time of one fetch. */
    private static final int FAN_OUT_MAX = 16;

    private final Run run;
    private final Step.Fetch fetch;
    private final Source source;
    private final ShardDirectory directory;
    private final BatchQueue out;
    private final Missing missing;
    private final RandomGenerator random;
    private final Semaphore fanOut = new Semaphore(FAN_OUT_MAX, true);
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicLong rows;
    private final Hasher hasher;
    private final AtomicReference<State> state = new AtomicReference<>(State.NO_ROWS_YET);

    /** What becomes of the query when this source is lost. */
    enum Missing {
        FAILS_THE_QUERY,
        /** Its name goes to the incomplete sources, provided that no row was given yet; else the query fails. */
        IS_ALLOWED,
        /** As before, but rows may have been given: their reader is told to drop them. */
        IS_ALLOWED_EVEN_LATE
    }

    private enum State {
        NO_ROWS_YET,
        ROWS_GIVEN,
        LOST
    }

    /**
     * @param rows counts what is read, together with other parts of the same step
     */
    FetchRun(
            Run run,
            Step.Fetch fetch,
            Source source,
            ShardDirectory directory,
            BatchQueue out,
            Missing missing,
            RandomGenerator random,
            AtomicLong rows) {
        this.run = run;
        this.fetch = fetch;
        this.source = source;
        this.directory = directory;
        this.out = out;
        this.missing = missing;
        this.random = random;
        this.rows = rows;
        this.hasher = run.hasher(fetch.columns(), fetch.hashed());
    }

    /** The queue for a fetch's rows, which ends when the last statement does, or with the query. */
    static BatchQueue queue(Run run) {
        BatchQueue queue = new BatchQueue(1);
        run.onStop(() -> queue.fail(Run.cancelled()));
        return queue;
    }

    /** Starts the statements and returns at once. With no key in some shipment there is nothing to ask for. */
    void start(List<Optional<ShippedKeys>> keys) {
        begin(keys, parts -> parts.forEach(this::start));
    }

    /** As {@link #start}, by a thread that has nothing else to do and whose rows somebody else takes: it reads the last statement itself. */
    void read(List<Optional<ShippedKeys>> keys) {
        begin(keys, parts -> {
            parts.subList(0, parts.size() - 1).forEach(this::start);
            read(parts.getLast());
        });
    }

    private void begin(List<Optional<ShippedKeys>> keys, Consumer<List<FanOut.Part>> reading) {
        for (int index : fetch.shards()) {
            if (index < 0 || index >= source.shards().size()) {
                throw FederationError.SCHEMA_DRIFT.error("Source '"
                        + source.definition().name() + "' has other shards than when the query was planned.");
            }
        }
        ShardMap map = ShardMap.of(source.definition());
        FanOut statements = new FanOut(fetch, map, keys);
        if (fetch.places().isEmpty()) {
            send(statements.parts(key -> map.shard(key).map(Set::of)), reading);
            return;
        }
        Step.ShardPlaces places = fetch.places().get();
        run.start(Thread.ofVirtual().name("belvedere-places-" + fetch.name()), () -> {
            Map<ShardKey, Set<Integer>> found =
                    directory.places(run, fetch, source.definition(), places, statements.wanted());
            send(statements.parts(key -> Optional.ofNullable(found.get(key))), reading);
        });
    }

    private void send(List<FanOut.Part> parts, Consumer<List<FanOut.Part>> reading) {
        BitSet asked = new BitSet();
        parts.forEach(part -> asked.set(part.shard()));
        run.requireShards(source.definition(), asked);
        fetch.shards().stream()
                .filter(shard -> !asked.get(shard))
                .forEach(shard -> skip(source.shards().get(shard)));
        if (parts.isEmpty()) {
            out.finish();
            return;
        }
        unfinished.set(parts.size());
        // Several statements at one shard see one state, as those of several steps do.
        parts.stream()
                .filter(part -> part.ofShard() > 1)
                .forEach(part -> run.expect(source.shards().get(part.shard())));
        reading.accept(parts);
    }

    private void start(FanOut.Part part) {
        String shard = source.shards().get(part.shard()).shardName();
        run.start(Thread.ofVirtual().name("belvedere-fetch-" + fetch.name() + "-" + shard), () -> read(part));
    }

    private void read(FanOut.Part part) {
        ShardPool shard = source.shards().get(part.shard());
        fanOut.acquireUninterruptibly();
        try {
            new ShardStatement(run, fetch, source, shard, part, this::give, this::finish, random).execute();
        } catch (BelvedereException e) {
            lost(e);
        } finally {
            fanOut.release();
        }
    }

    private void finish() {
        if (unfinished.decrementAndGet() == 0) {
            out.finish();
        }
    }

    private boolean give(VectorSchemaRoot batch) {
        long limit = source.definition().limits().rowsMax();
        if (rows.addAndGet(batch.getRowCount()) > limit) {
            batch.close();
            throw FederationError.LIMIT_EXCEEDED.error("The query needs more than " + limit + " rows of source '"
                    + source.definition().name() + "'; narrow it.");
        }
        if (!state.compareAndSet(State.NO_ROWS_YET, State.ROWS_GIVEN) && state.get() == State.LOST) {
            batch.close();
            return false;
        }
        return out.put(hasher.hash(batch));
    }

    private void lost(BelvedereException failure) {
        if (missing == Missing.FAILS_THE_QUERY || failure.code() != FederationError.SOURCE_UNAVAILABLE) {
            throw run.context().dimensions().explain(source.definition().name(), failure);
        }
        if (state.compareAndSet(State.NO_ROWS_YET, State.LOST) || state.get() == State.LOST) {
            run.missing(source.definition().name());
            finish();
        } else if (missing == Missing.IS_ALLOWED_EVEN_LATE) {
            state.set(State.LOST);
            run.missing(source.definition().name());
            out.fail(failure);
        } else {
            throw run.context().dimensions().explain(source.definition().name(), failure);
        }
    }

    /** Whether the source was lost, as the contract allows: its rows are then to be dropped. */
    boolean isLost() {
        return state.get() == State.LOST;
    }

    private void skip(ShardPool shard) {
        SourceStatement statement = SourceStatement.render(
                source.definition().kind(),
                fetch.sql(),
                fetch.keys().stream().map(_ -> Optional.<ShippedKeys>empty()).toList());
        Timeline timeline = run.context().timeline();
        timeline.add(new Timeline.Entry(
                fetch.name(),
                timeline.elapsed(),
                Duration.ZERO,
                Optional.of(new Timeline.FetchFacts(
                        source.definition().name().value(),
                        shard.shardName(),
                        statement.shown(),
                        statement.sha256(),
                        0,
                        0,
                        0,
                        0,
                        "skipped"))));
    }
}
