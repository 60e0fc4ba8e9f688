package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.hash.HashedColumn;
import io.belvedere.federation.hash.Hasher;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.SharedSnapshot;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One query while it runs: its threads, its first failure, and what must be stopped when it ends. The first failure decides what
 * the caller hears; it stops everything else.
 */
final class Run {
    private final RunContext context;
    private final BufferAllocator memory;
    private final KeyBudget keyBudget;
    private final HashKeys hashKeys;
    private final Map<SourceName, BitSet> asked = new ConcurrentHashMap<>();
    private final Map<ShardPool, Semaphore> turns = new ConcurrentHashMap<>();
    private final Set<SourceName> missing = new ConcurrentSkipListSet<>();
    private final Map<ShardPool, Integer> statements = new ConcurrentHashMap<>();
    private final Map<ShardPool, SharedSnapshot> snapshots = new ConcurrentHashMap<>();
    private final Map<SourceName, SourceReading> readings = new ConcurrentSkipListMap<>();
    private final Queue<Runnable> notes = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition taskEnded = lock.newCondition();
    // Guarded by the lock.
    private final List<Runnable> stops = new ArrayList<>();
    private int tasks;
    private @Nullable BelvedereException failure;

    Run(RunContext context, BufferAllocator memory, KeyBudget keyBudget, HashKeys hashKeys) {
        this.hashKeys = hashKeys;
        this.context = context;
        this.memory = memory;
        this.keyBudget = keyBudget;
    }

    RunContext context() {
        return context;
    }

    BufferAllocator memory() {
        return memory;
    }

    /** The keys that the query may still ship. */
    KeyBudget keyBudget() {
        return keyBudget;
    }

    /** What hashes a step's rows. */
    Hasher hasher(List<OutputColumn> columns, List<HashedColumn> hashed) {
        return new Hasher(columns, hashed, hashKeys, memory);
    }

    /** Throws {@code LIMIT_EXCEEDED} when the query, with these shards, asks more of the source than it may. */
    void requireShards(SourceDefinition source, BitSet shards) {
        int count = asked.merge(source.name(), shards, Run::union).cardinality();
        int limit = source.limits().shardsMax();
        if (count > limit) {
            throw FederationError.LIMIT_EXCEEDED.error("The query asks " + count + " shards of source '" + source.name()
                    + "', of which it may ask " + limit + "; name values of its shard key.");
        }
    }

    private static BitSet union(BitSet one, BitSet other) {
        BitSet both = (BitSet) one.clone();
        both.or(other);
        return both;
    }

    /** Runs a task on a thread of its own; what it throws fails the query. Does nothing once the query has failed. */
    void start(Thread.Builder thread, Runnable task) {
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            tasks++;
        } finally {
            lock.unlock();
        }
        var _ = thread.start(() -> {
            try {
                task.run();
            } catch (BelvedereException e) {
                fail(e);
            } catch (RuntimeException | Error e) {
                fail(FederationError.ENGINE_FAILED.error("The query failed inside the server.", e));
            } finally {
                taskEnds();
            }
        });
    }

    private void taskEnds() {
        lock.lock();
        try {
            tasks--;
            taskEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the query for this reason, unless it has ended already, and stops all that runs. Does not wait. */
    void fail(BelvedereException reason) {
        List<Runnable> toStop;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = reason;
            toStop = List.copyOf(stops);
            stops.clear();
        } finally {
            lock.unlock();
        }
        toStop.forEach(Runnable::run);
    }

    /** Has this done when the query ends early, or now when it already has. It must not block or throw. */
    void onStop(Runnable stop) {
        lock.lock();
        try {
            if (failure == null) {
                stops.add(stop);
                return;
            }
        } finally {
            lock.unlock();
        }
        stop.run();
    }

    boolean stopped() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Throws the failure, if there is one. */
    void check() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all threads have ended; false when some are still at it. */
    boolean awaitTasks(Duration patience) {
        long nanos = patience.toNanos();
        boolean interrupted = false;
        lock.lock();
        try {
            while (tasks > 0 && nanos > 0) {
                long begin = System.nanoTime();
                try {
                    nanos = taskEnded.awaitNanos(nanos);
                } catch (InterruptedException e) {
                    interrupted = true;
                    nanos -= System.nanoTime() - begin;
                }
            }
            return tasks == 0;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for this query's own turn at a shard, so that a query with many fetches lines up instead of pushing itself away.
     *
     * @return what to call when the turn is over
     */
    Runnable awaitTurn(ShardPool shard, int concurrency) {
        Semaphore turn = turns.computeIfAbsent(shard, _ -> new Semaphore(concurrency, true));
        try {
            if (!turn.tryAcquire(context.deadline().remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw timedOut();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FederationError.CANCELLED.error("The query was cancelled.", e);
        }
        return turn::release;
    }

    /** Says that the plan has one more statement for a shard; called before the first one starts. */
    void expect(ShardPool shard) {
        statements.merge(shard, 1, Integer::sum);
    }

    /** The state of a shard that the query's statements share; empty when there is only one of them, and for files. */
    Optional<SharedSnapshot> snapshot(ShardPool shard) {
        int count = statements.getOrDefault(shard, 0);
        return count < 2 || shard.kind().isFiles()
                ? Optional.empty()
                : Optional.of(snapshots.computeIfAbsent(shard, _ -> newSnapshot()));
    }

    private SharedSnapshot newSnapshot() {
        SharedSnapshot snapshot = new SharedSnapshot();
        onStop(() -> {
            var _ = Thread.ofVirtual().name("belvedere-snapshot").start(snapshot::close);
        });
        return snapshot;
    }

    /** Notes as of when rows of a source are. */
    void read(SourceName source, Instant asOf, Instant latest) {
        readings.merge(source, new SourceReading(source.value(), asOf, latest), SourceReading::and);
    }

    List<SourceReading> readings() {
        return List.copyOf(readings.values());
    }

    /** Has this note written when the query is answered although the statement's thread has not left. It is written once at most. */
    void noteWhenLeftBehind(Runnable note) {
        notes.add(note);
    }

    /** The query is answered; what still hangs is noted as it is now. */
    void leaveBehind() {
        notes.forEach(Runnable::run);
    }

    /** Notes that a source's rows are missing, as the contract allows. */
    void missing(SourceName source) {
        missing.add(source);
    }

    List<String> missing() {
        return missing.stream().map(SourceName::value).toList();
    }

    static BelvedereException timedOut() {
        return FederationError.TIMED_OUT.error("The query did not end before its deadline.");
    }

    static BelvedereException cancelled() {
        return FederationError.CANCELLED.error("The query was cancelled.");
    }
}
