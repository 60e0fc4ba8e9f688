package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.DimensionKeeper;
import io.belvedere.federation.dimension.Dimensions;
import io.belvedere.federation.dimension.Loads;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.engine.duckdb.SpillFolder;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.result.Results;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.FilesRoot;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.ServerNode;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.server.pipeline.Caches;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.SystemWork;
import io.belvedere.server.pipeline.Walk;
import io.belvedere.server.telemetry.Metrics;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The object graph from a query's text to its rows. */
@Singleton
final class EngineWiring {
    private static final long MIB = 1024L * 1024;
    /** Results that are kept, however small. */
    private static final int RESULTS_MAX = 4_000;

    @Produces
    @Singleton
    Sources sources(Settings settings, Metrics metrics, AuditLog audit) {
        return new Sources(
                new Catalog(List.of(), List.of()),
                Secrets.of(System.getenv()),
                filesRoot(settings),
                metrics,
                new ServerNode(audit.start().server(), audit.start().number()));
    }

    /** What is computed of files is spilled as the engine spills, and as much of it at most. */
    private static FilesRoot filesRoot(Settings settings) {
        Settings.EngineSettings engine = settings.engine();
        return settings.sources()
                .filesFolder()
                .map(folder -> new FilesRoot(
                        Optional.of(folder),
                        new FilesRoot.Work(
                                engine.memoryMib() * MIB,
                                Optional.of(SpillFolder.open(engine.spillFolder())),
                                engine.spillMib() * MIB)))
                .orElse(FilesRoot.NONE);
    }

    @Produces
    @Singleton
    QueryMemory memory() {
        return new QueryMemory();
    }

    @Produces
    @Singleton
    Engine engine(Settings settings) {
        Settings.EngineSettings engine = settings.engine();
        return new DuckDbEngine(new DuckDbSettings(
                engine.spillFolder(),
                engine.memoryMib() * MIB,
                engine.spillMib() * MIB,
                engine.threads(),
                engine.warm(),
                settings.limits().running()));
    }

    @Produces
    @Singleton
    HashKeys hashKeys(Settings settings) {
        return StartRules.hashKeys(settings.masks());
    }

    @Produces
    @Singleton
    Weaver weaver(HashKeys hashKeys) {
        return new Weaver(hashKeys);
    }

    @Produces
    @Singleton
    Runner runner(Sources sources, Engine engine, QueryMemory memory, HashKeys hashKeys, Caches caches) {
        Runner runner = new Runner(sources, engine, memory, new SecureRandom(), hashKeys);
        caches.add(runner.cache());
        return runner;
    }

    @Produces
    @Singleton
    Statistics statistics(Sources sources, Caches caches) {
        CatalogStatistics statistics = new CatalogStatistics(sources);
        caches.add(statistics);
        return statistics;
    }

    @Produces
    @Singleton
    QueryResolver resolver(Clock clock, Caches caches) {
        QueryResolver resolver = new QueryResolver(clock);
        resolver.caches().forEach(caches::add);
        return resolver;
    }

    @Produces
    @Singleton
    Planner planner(Statistics statistics) {
        return new Planner(statistics);
    }

    @Produces
    @Singleton
    DimensionKeeper dimensions(
            Settings settings,
            Sources sources,
            Planner planner,
            Engine engine,
            QueryMemory memory,
            QueryIds ids,
            AuditLog audit,
            Results results,
            Clock clock,
            Metrics metrics,
            Caches caches) {
        DimensionKeeper keeper = new DimensionKeeper(
                sources,
                planner,
                new Runner(sources, engine, memory, new SecureRandom()),
                memory,
                StartRules.dimensionLimits(
                        settings.dimensions(), Runtime.getRuntime().maxMemory()),
                new Loads(ids::next, new SystemWork(audit), results::clear),
                clock);
        metrics.dimensions(keeper.dimensions()::statuses);
        caches.add(keeper.dimensions());
        return keeper;
    }

    @Produces
    @Singleton
    Dimensions keptDimensions(DimensionKeeper keeper) {
        return keeper.dimensions();
    }

    @Produces
    @Singleton
    Plans plans(Weaver weaver, Planner planner, Statistics statistics, Caches caches) {
        Plans plans = new Plans(weaver, planner, statistics);
        plans.caches().forEach(caches::add);
        return plans;
    }

    @Produces
    @Singleton
    Results results(Settings settings, HashKeys hashKeys, QueryMemory memory, Caches caches) {
        Settings.ResultSettings kept = settings.results();
        Results results = new Results(
                new Results.Bounds(RESULTS_MAX, kept.memoryMib() * MIB, kept.resultMib() * MIB), hashKeys, memory);
        caches.add(results);
        return results;
    }

    @Produces
    @Singleton
    Walk walk(
            QueryResolver resolver,
            Weaver weaver,
            Plans plans,
            Planner planner,
            Runner runner,
            DimensionKeeper keeper,
            Results results,
            Clock clock) {
        return new Walk(
                resolver::resolve,
                weaver::describe,
                (query, deadline) -> AtHand.take(query.dimensions(), keeper.dimensions(), deadline, clock),
                weaver::weave,
                planner::plan,
                plans::plan,
                runner::open,
                results::open);
    }
}
