package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.engine.EngineSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Embedded DuckDB: for each query an in-memory database of its own. A few are made ahead, because making one takes about 25 ms, and
 * closed behind the query's back. A database whose statements all came to their end and whose connections are closed serves another
 * query: at once where nothing was kept in it, else when what was kept is dropped and a look has found nothing left. Every other is
 * thrown away.
 */
public final class DuckDbEngine implements Engine {
    private static final int CLOSING_MAX = 4;
    /** Databases that stand idle after a rush, for each that is made ahead. */
    private static final int IDLE_FACTOR = 4;

    private static final long CLOSING_SECONDS_MAX = 5;

    private final DuckDbSettings settings;
    private final SpillFolder spill;
    private final Semaphore inUse;
    private final ExecutorService warmer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("belvedere-engine-warmer").factory());
    /** Closes used databases. Where they come faster than it is, the queries close their own: no pile of full databases grows. */
    private final ThreadPoolExecutor closer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(CLOSING_MAX),
            Thread.ofPlatform().daemon().name("belvedere-engine-closer").factory(),
            DuckDbEngine::closeHere);
    // Guarded by itself.
    private final Deque<DuckDbDatabase> warm = new ArrayDeque<>();
    // Guarded by warm.
    private boolean closed;

    /**
     * Makes the first databases behind the caller's back.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code ENGINE_FAILED}: the spill folder cannot be used, or is not this
     *     user's alone
     */
    public DuckDbEngine(DuckDbSettings settings) {
        this.settings = settings;
        this.spill = SpillFolder.open(settings.spillFolder());
        this.inUse = new Semaphore(settings.databasesMax());
        refill();
    }

    @Override
    public EngineSession open() {
        if (!inUse.tryAcquire()) {
            throw FederationError.OVERLOADED.error(
                    "As many queries are joining rows as may at a time; try again later.");
        }
        return new DuckDbSession(this);
    }

    /** An empty database that no other query has. */
    DuckDbDatabase take() {
        return pollWarm().orElseGet(() -> DuckDbDatabase.open(settings, spill));
    }

    /**
     * A session has ended.
     *
     * @param used its database, when it needed one
     * @param again whether the database may serve another query once these tables are gone
     */
    void ended(Optional<DuckDbDatabase> used, boolean again, List<String> tables) {
        inUse.release();
        if (used.isEmpty()) {
            return;
        }
        DuckDbDatabase database = used.get();
        boolean wanted = again && database.mayServeAgain();
        if (wanted && tables.isEmpty() && takeBack(database)) {
            return;
        }
        closer.execute(() -> {
            if (wanted && !tables.isEmpty() && database.clear(tables) && takeBack(database)) {
                return;
            }
            database.close();
            // Not sooner: making one takes a processor that this query would have missed.
            refill();
        });
    }

    private boolean takeBack(DuckDbDatabase empty) {
        synchronized (warm) {
            if (closed || warm.size() >= IDLE_FACTOR * settings.warm()) {
                return false;
            }
            warm.addFirst(empty);
            return true;
        }
    }

    /** The closer has enough to do, or has ended with the engine. */
    private static void closeHere(Runnable close, ThreadPoolExecutor closer) {
        close.run();
    }

    private Optional<DuckDbDatabase> pollWarm() {
        synchronized (warm) {
            return Optional.ofNullable(warm.poll());
        }
    }

    private void refill() {
        try {
            warmer.execute(() -> {
                while (wantsMore()) {
                    keepWarm(DuckDbDatabase.open(settings, spill));
                }
            });
        } catch (RejectedExecutionException e) {
            // The engine is closed, and needs no more of them.
            return;
        }
    }

    private boolean wantsMore() {
        synchronized (warm) {
            return !closed && warm.size() < settings.warm();
        }
    }

    private void keepWarm(DuckDbDatabase database) {
        synchronized (warm) {
            if (!closed) {
                warm.add(database);
                return;
            }
        }
        database.close();
    }

    /** Lets the databases made ahead go; those in use are closed by their queries. */
    @Override
    public void close() {
        List<DuckDbDatabase> spare;
        synchronized (warm) {
            closed = true;
            spare = new ArrayList<>(warm);
            warm.clear();
        }
        warmer.shutdown();
        spare.forEach(DuckDbDatabase::close);
        closer.shutdown();
        try {
            if (!warmer.awaitTermination(CLOSING_SECONDS_MAX, TimeUnit.SECONDS)
                    || !closer.awaitTermination(CLOSING_SECONDS_MAX, TimeUnit.SECONDS)) {
                System.getLogger(DuckDbEngine.class.getName())
                        .log(System.Logger.Level.WARNING, "an engine database is still closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
