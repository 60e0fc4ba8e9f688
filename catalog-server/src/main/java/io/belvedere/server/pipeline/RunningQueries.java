package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.OVERLOADED;

import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.view.ViewLimits;
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
 * threads. One daemon thread frees queries whose client does not read, ends those whose
 * caller may no longer be served, and looks at the memory.
 */
public final class RunningQueries implements AutoCloseable {
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);
    private static final Duration EXPORT_LOOKS_EVERY = Duration.ofMillis(50);

    private final QueryLimits limits;
    private final Clock clock;
    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<QueryId, RunningQuery> running = new ConcurrentHashMap<>();
    private final CallerLanes lanes;
    private final CallerLanes exportLanes;
    private final CallerRates rates;
    /** Exports take places of all queries, but only so many of them. */
    private final Semaphore exportPlaces;

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
        ExportLimits exports = limits.exports();
        this.exportLanes =
                new CallerLanes(exports.runningPerCaller(), exports.waitingPerCaller(), exports.waitingTime());
        this.exportPlaces = new Semaphore(Math.max(1, Math.min(exports.running(), limits.running() / 2)));
        this.rates = new CallerRates(limits.rates(), clock, System::nanoTime);
        this.clock = clock;
        this.places = new Semaphore(limits.running(), true);
        this.watch = Thread.ofPlatform().daemon().name("belvedere-slow-readers").start(this::watchReaders);
    }

    /** Notes a request that has come in; it holds no place yet. */
    RunningQuery begin(Request request, Operation operation) {
        boolean export = operation == Operation.EXPORT;
        Duration wanted = request.timeout().orElse(export ? limits.exports().timeout() : limits.timeout());
        Duration most = export ? limits.exports().timeoutMax() : limits.timeoutMax();
        Duration granted = wanted.compareTo(most) > 0 ? most : wanted;
        return new RunningQuery(request, operation, new Timeline(clock.instant()), Deadline.after(granted));
    }

    /**
     * The limits of a result. An export has the server's deadline for exports in place of the contract's for a query; its rows are bounded
     * by both.
     */
    ResultLimits limits(Operation operation, ViewLimits contract) {
        if (operation != Operation.EXPORT) {
            return new ResultLimits(contract.timeout(), contract.rowsMax(), Long.MAX_VALUE);
        }
        ExportLimits exports = limits.exports();
        return new ResultLimits(
                exports.timeoutMax(), Math.min(contract.rowsMax(), exports.rowsMax()), exports.bytesMax());
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
            boolean export = query.operation() == Operation.EXPORT;
            Runnable leaveLane =
                    (export ? exportLanes : lanes).enter(query.request().caller());
            try {
                if (export) {
                    takeExportPlace(query);
                } else {
                    takePlace();
                }
                admitted = true;
            } finally {
                if (!admitted) {
                    leaveLane.run();
                }
            }
            return new Place(query, export ? exportPlaces::release : () -> {}, leaveLane);
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

    /** An export never stands in the way: it takes a place only while nobody waits for one. */
    private void takeExportPlace(RunningQuery query) {
        Deadline patience = Deadline.after(limits.exports().waitingTime());
        while (waiting.get() > 0 || !tryExportPlace()) {
            if (patience.passed()) {
                throw OVERLOADED.error("This server has no place for an export now; try again later.");
            }
            if (!pause(EXPORT_LOOKS_EVERY)) {
                throw Interruption.DRAIN.error();
            }
            requireOpen();
            query.checkpoint();
        }
    }

    private boolean tryExportPlace() {
        if (!exportPlaces.tryAcquire()) {
            return false;
        }
        if (!places.tryAcquire()) {
            exportPlaces.release();
            return false;
        }
        return true;
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

    /** How fast each caller asks and how much each takes; doors ask it before anything else. */
    public CallerRates rates() {
        return rates;
    }

    /** Queries that run or wait, at this moment. */
    public int runningNow() {
        return running.size();
    }

    /** Queries that wait for a place, exports aside. */
    int waitingNow() {
        return waiting.get();
    }

    /** Whether queries are let in at all. */
    public boolean isOpen() {
        return !draining && !pressed;
    }

    /** Whether the server was told to stop, and lets no query in for that reason. */
    public boolean isStopping() {
        return draining;
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
            running.values().forEach(query -> {
                query.interruptIfStuck(limits.slowReader());
                query.interruptIfRevoked();
            });
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
        private final Runnable leaveExports;
        private final Runnable leaveLane;

        private Place(RunningQuery query, Runnable leaveExports, Runnable leaveLane) {
            this.query = query;
            this.leaveExports = leaveExports;
            this.leaveLane = leaveLane;
        }

        @Override
        public void close() {
            running.remove(query.request().id());
            places.release();
            leaveExports.run();
            leaveLane.run();
        }
    }
}
