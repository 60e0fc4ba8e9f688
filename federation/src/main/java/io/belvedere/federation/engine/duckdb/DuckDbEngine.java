package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.engine.EngineSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Embedded DuckDB: for each query an in-memory database of its own, thrown away afterwards. A few are made ahead, because making
 * one takes about 25 ms.
 */
public final class DuckDbEngine implements Engine {
    private final DuckDbSettings settings;
    private final Semaphore inUse;
    private final ExecutorService warmer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("belvedere-engine-warmer").factory());
    // Guarded by itself.
    private final Queue<DuckDbDatabase> warm = new ArrayDeque<>();
    // Guarded by warm.
    private boolean closed;

    public DuckDbEngine(DuckDbSettings settings) {
        this.settings = settings;
        this.inUse = new Semaphore(settings.databasesMax());
        refill();
    }

    @Override
    public EngineSession open() {
        if (!inUse.tryAcquire()) {
            throw FederationError.OVERLOADED.error(
                    "As many queries are joining rows as may at a time; try again later.");
        }
        boolean opened = false;
        try {
            DuckDbDatabase database = pollWarm().orElseGet(() -> DuckDbDatabase.open(settings));
            refill();
            opened = true;
            return new DuckDbSession(database, inUse::release);
        } finally {
            if (!opened) {
                inUse.release();
            }
        }
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
                    keepWarm(DuckDbDatabase.open(settings));
                }
            });
        } catch (RejectedExecutionException e) {
            throw FederationError.CANCELLED.error("The server is shutting down.", e);
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
    }
}
