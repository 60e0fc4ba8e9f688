package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.Sources.Source;
import io.belvedere.model.error.BelvedereException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One fetch step: its statement on every shard side by side, and the rows of all in one queue. */
final class FetchRun {
    /** Shards asked at a time by one fetch. */
    private static final int FAN_OUT_MAX = 16;

    private final Run run;
    private final Step.Fetch fetch;
    private final Source source;
    private final BatchQueue out;
    private final Missing missing;
    private final RandomGenerator random;
    private final Semaphore fanOut = new Semaphore(FAN_OUT_MAX, true);
    private final AtomicLong rows = new AtomicLong();
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

    FetchRun(Run run, Step.Fetch fetch, Source source, BatchQueue out, Missing missing, RandomGenerator random) {
        this.run = run;
        this.fetch = fetch;
        this.source = source;
        this.out = out;
        this.missing = missing;
        this.random = random;
    }

    /** The queue for a fetch's rows, which ends when the last shard does, or with the query. */
    static BatchQueue queue(Run run, Step.Fetch fetch) {
        BatchQueue queue = new BatchQueue(fetch.shards().size());
        run.onStop(() -> queue.fail(Run.cancelled()));
        return queue;
    }

    /** Starts the statements and returns at once. With no key in some shipment there is nothing to ask for. */
    void start(List<Optional<ShippedKeys>> keys) {
        boolean nothingToAsk = keys.stream()
                .anyMatch(shipment -> shipment.isPresent() && shipment.get().count() == 0);
        for (int index : fetch.shards()) {
            if (index < 0 || index >= source.shards().size()) {
                throw FederationError.SCHEMA_DRIFT.error("Source '"
                        + source.definition().name() + "' has other shards than when the query was planned.");
            }
            ShardPool shard = source.shards().get(index);
            if (nothingToAsk) {
                skip(shard);
            } else {
                run.start(
                        Thread.ofVirtual().name("belvedere-fetch-" + fetch.name() + "-" + shard.shardName()),
                        () -> read(shard, keys));
            }
        }
    }

    private void read(ShardPool shard, List<Optional<ShippedKeys>> keys) {
        fanOut.acquireUninterruptibly();
        try {
            new ShardStatement(run, fetch, source, shard, keys, this::give, random).execute();
            out.finish();
        } catch (BelvedereException e) {
            lost(e);
        } finally {
            fanOut.release();
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
        return out.put(batch);
    }

    private void lost(BelvedereException failure) {
        if (missing == Missing.FAILS_THE_QUERY || failure.code() != FederationError.SOURCE_UNAVAILABLE) {
            throw failure;
        }
        if (state.compareAndSet(State.NO_ROWS_YET, State.LOST) || state.get() == State.LOST) {
            run.missing(source.definition().name());
            out.finish();
        } else if (missing == Missing.IS_ALLOWED_EVEN_LATE) {
            state.set(State.LOST);
            run.missing(source.definition().name());
            out.fail(failure);
        } else {
            throw failure;
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
        out.finish();
    }
}
