package io.belvedere.federation.dimension;

import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.catalog.Catalog;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The dimensions of a server at work: loads them when they are due, hears of changes, drops what is too old. Made after the sources, closed before
 * them and after the last query. Owns its dimensions and its runner, nothing else that it is given.
 */
public final class DimensionKeeper implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);

    private final Dimensions dimensions;
    private final ChangeWatch watch;
    private final Runner runner;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("belvedere-dimensions").factory());

    /**
     * Without a dimension, until the first {@link #reload}.
     *
     * @param runner one that serves no dimensions; closed with this
     */
    public DimensionKeeper(
            Sources sources,
            Planner planner,
            Runner runner,
            QueryMemory memory,
            DimensionLimits limits,
            Loads loads,
            Clock clock) {
        PlannedSource source = new PlannedSource(planner, runner, clock, limits);
        this.dimensions = new Dimensions(source, loads, memory, limits, System::nanoTime, clock);
        this.watch = new ChangeWatch(dimensions, sources, System::nanoTime);
        this.runner = runner;
    }

    /**
     * Begins to load what is due; until then a dimension is loaded only for a query that asks for it. Called once, when something has been planned
     * alone: the planner's libraries have classes that must not be loaded by several threads at the same time.
     */
    public void start() {
        var _ = ticks.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Dimensions dimensions() {
        return dimensions;
    }

    /** Turns to a new picture of the catalog, after the sources did. What is new is loaded at once where this was started; nothing is waited for. */
    public void reload(Catalog catalog) {
        dimensions.reload(catalog);
    }

    private void tick() {
        try {
            dimensions.tick();
            watch.tick();
        } catch (RuntimeException e) {
            // A failure that is thrown on would end all ticks, and with them every refresh.
            System.getLogger(DimensionKeeper.class.getName())
                    .log(System.Logger.Level.WARNING, "dimensions could not be looked after; trying again", e);
        }
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        watch.close();
        dimensions.close();
        runner.close();
    }
}
