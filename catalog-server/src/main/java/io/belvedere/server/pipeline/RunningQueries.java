package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.OVERLOADED;

import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.QueryId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queries that run on this server and the last that ran: bounded in all, per caller and in waiting. Safe for use by many
 * threads. One daemon thread frees queries whose client does not read and looks at
 * the memory.
 */
public final class RunningQueries implements AutoCloseable {
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

    private final QueryLimits limits;
    private final Clock clock;
    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<QueryId, RunningQuery> running = new ConcurrentHashMap<>();
    private final CallerLanes lanes;
    private final Pressure pressure;
    // Guarded by itself; the newest first.
    private final Deque<QueryStatus> finished = new ArrayDeque<>();
    private final Thread watch;
    private volatile boolean draining;
    private volatile boolean pressed;

    public RunningQueries(QueryLimits limits, Pressure pressure, Clock clock) {
        this.limits = limits;
        this.pressure = pressure;
        this.lanes = new CallerLanes(limits.runningPerCaller(), limits.waitingPerCaller(), limits.waitingTime());
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

    /**
     * Gives the query a place, waiting a little for one; {@code TOO_MANY_QUERIES} when its caller has too many, {@code OVERLOADED}
     * when the server has, or is short of memory.
     */
    Place admit(RunningQuery query) {
        requireOpen();
        running.put(query.request().id(), query);
        boolean admitted = false;
        try {
            Runnable leaveLane = lanes.enter(query.request().caller());
            try {
                takePlace();
                admitted = true;
            } finally {
                if (!admitted) {
                    leaveLane.run();
                }
            }
            return new Place(query, leaveLane);
        } finally {
            if (!admitted) {
                running.remove(query.request().id());
            }
        }
    }

    private void requireOpen() {
        if (draining) {
            throw Interruption.DRAIN.error();
        }
        if (pressed) {
            throw OVERLOADED.error("This server is short of memory; try again in a few seconds.");
        }
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

    /** Keeps a query that ended, so that it can still be looked at. */
    void keep(QueryStatus ended) {
        synchronized (finished) {
            finished.addFirst(ended);
            while (finished.size() > limits.finishedKept()) {
                finished.removeLast();
            }
            forgetOld();
        }
    }

    /** Called with {@link #finished} held. */
    private void forgetOld() {
        Instant oldest = clock.instant().minus(limits.finishedKeptFor());
        while (!finished.isEmpty() && finished.getLast().started().isBefore(oldest)) {
            finished.removeLast();
        }
    }

    /** Queries that run or wait, at this moment. */
    public int runningNow() {
        return running.size();
    }

    /** Whether queries are let in at all. */
    public boolean isOpen() {
        return !draining && !pressed;
    }

    /** Running and finished queries, newest first. */
    List<QueryStatus> all() {
        List<QueryStatus> all = new ArrayList<>();
        running.values().forEach(query -> all.add(query.status()));
        all.sort(Comparator.comparing(QueryStatus::started).reversed());
        synchronized (finished) {
            forgetOld();
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
            pressed = pressure.isHigh();
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
        private final Runnable leaveLane;

        private Place(RunningQuery query, Runnable leaveLane) {
            this.query = query;
            this.leaveLane = leaveLane;
        }

        @Override
        public void close() {
            running.remove(query.request().id());
            places.release();
            leaveLane.run();
        }
    }
}
