package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.OVERLOADED;
import static io.belvedere.server.ServerError.TOO_MANY_QUERIES;

import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.QueryId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queries that run on this server and the last that ran: bounded in all, per caller and in waiting. Safe for use by many
 * threads. One daemon thread frees queries whose client does not read.
 */
public final class RunningQueries implements AutoCloseable {
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

    private final QueryLimits limits;
    private final Clock clock;
    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<QueryId, RunningQuery> running = new ConcurrentHashMap<>();
    // Guarded by itself.
    private final Map<List<String>, Integer> perCaller = new HashMap<>();
    // Guarded by itself; the newest first.
    private final Deque<QueryStatus> finished = new ArrayDeque<>();
    private final Thread watch;
    private volatile boolean draining;

    public RunningQueries(QueryLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        this.places = new Semaphore(limits.running(), true);
        this.watch = Thread.ofPlatform().daemon().name("belvedere-slow-readers").start(this::watchReaders);
    }

    /** Notes a request that has come in; it holds no place yet. */
    RunningQuery begin(Request request, Operation operation) {
        Duration wanted = request.timeout().orElse(limits.timeout());
        Duration granted = wanted.compareTo(limits.timeoutMax()) > 0 ? limits.timeoutMax() : wanted;
        return new RunningQuery(request, operation, new Timeline(clock.instant()), Deadline.after(granted));
    }

    /** Gives the query a place, waiting a little for one; {@code TOO_MANY_QUERIES} or {@code OVERLOADED} when there is none. */
    Place admit(RunningQuery query) {
        if (draining) {
            throw Interruption.DRAIN.error();
        }
        List<String> key = List.of(
                query.request().caller().issuer(), query.request().caller().subject());
        synchronized (perCaller) {
            if (perCaller.getOrDefault(key, 0) >= limits.runningPerCaller()) {
                throw TOO_MANY_QUERIES.error("You run " + limits.runningPerCaller()
                        + " queries already; wait for one to end or cancel one (DELETE /api/v1/queries/{id}).");
            }
            perCaller.merge(key, 1, Integer::sum);
        }
        try {
            takePlace();
        } catch (RuntimeException refused) {
            leaveCaller(key);
            throw refused;
        }
        running.put(query.request().id(), query);
        return new Place(query, key);
    }

    private void takePlace() {
        if (places.tryAcquire()) {
            return;
        }
        if (waiting.incrementAndGet() > limits.waiting()) {
            waiting.decrementAndGet();
            throw overloaded();
        }
        try {
            if (!places.tryAcquire(limits.waitingTime().toNanos(), TimeUnit.NANOSECONDS)) {
                throw overloaded();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Interruption.DRAIN.error();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private RuntimeException overloaded() {
        return OVERLOADED.error("This server runs as many queries as it may; try again in a few seconds.");
    }

    private void leaveCaller(List<String> key) {
        synchronized (perCaller) {
            perCaller.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Keeps a query that ended, so that it can still be looked at. */
    void keep(QueryStatus ended) {
        synchronized (finished) {
            finished.addFirst(ended);
            while (finished.size() > limits.finishedKept()) {
                finished.removeLast();
            }
        }
    }

    /** Running and finished queries, newest first. */
    List<QueryStatus> all() {
        List<QueryStatus> all = new ArrayList<>();
        running.values().forEach(query -> all.add(query.status()));
        all.sort(Comparator.comparing(QueryStatus::started).reversed());
        synchronized (finished) {
            finished.stream()
                    .filter(status -> all.stream().noneMatch(each -> each.id().equals(status.id())))
                    .forEach(all::add);
        }
        return all;
    }

    Optional<QueryStatus> find(QueryId id) {
        return all().stream().filter(status -> status.id().equals(id)).findFirst();
    }

    Optional<RunningQuery> findRunning(QueryId id) {
        return Optional.ofNullable(running.get(id));
    }

    /** Refuses new queries, lets running ones go on for a while, then interrupts the rest and waits for their outcomes. */
    public void drain(Duration patience) {
        draining = true;
        awaitNone(patience);
        running.values().forEach(query -> query.interrupt(Interruption.DRAIN));
        awaitNone(Duration.ofSeconds(5));
    }

    private void awaitNone(Duration patience) {
        Deadline deadline = Deadline.after(patience);
        while (!running.isEmpty() && !deadline.passed()) {
            if (!pause(Duration.ofMillis(20))) {
                return;
            }
        }
    }

    private void watchReaders() {
        while (pause(WATCH_INTERVAL)) {
            running.values().forEach(query -> query.interruptIfStuck(limits.slowReader()));
        }
    }

    private static boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }

    /** A place among the running queries; given back by closing it. */
    final class Place implements AutoCloseable {
        private final RunningQuery query;
        private final List<String> key;

        private Place(RunningQuery query, List<String> key) {
            this.query = query;
            this.key = key;
        }

        @Override
        public void close() {
            running.remove(query.request().id());
            places.release();
            leaveCaller(key);
        }
    }
}
