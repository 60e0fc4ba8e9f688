package io.belvedere.server.caches;

import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.result.Results;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ViewReference;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.server.identity.Standing;
import io.belvedere.server.pipeline.ExportLimits;
import io.belvedere.server.pipeline.Pressure;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryLimits;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RateLimits;
import io.belvedere.server.pipeline.RecentDecisions;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.pipeline.Walk;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;

/** The server's pipeline in this process, with every cache that the wiring gives it or with none. Closing it fails when memory was left behind. */
final class StormHouse implements AutoCloseable {
    final Results results;
    final Plans plans;
    private final StormWorld world;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final FileAuditLog audit;
    private final RunningQueries queries = new RunningQueries(limits(), Pressure.NONE, Clock.systemUTC());
    private final QueryIds ids = new QueryIds(Clock.systemUTC(), new SecureRandom());
    private final QueryPipeline pipeline;
    private volatile StormWorld.State state = new StormWorld.State(0, 0);

    /** What a walk is made of. */
    record Parts(Walk uncached, Results results, Plans plans, Runner runner) {}

    /**
     * @param walk makes a walk of the parts; the gate is what it is asked about
     */
    StormHouse(Path folder, StormWorld world, String password, BiFunction<Parts, PolicyGate, QueryPart> walk) {
        this.world = world;
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        sources = new Sources(world.catalogs.getFirst(), Secrets.of(Map.of(StormWorld.SECRET, password)));
        runner = new Runner(sources, engine, memory, new Random(1));
        audit = FileAuditLog.open(
                new AuditSettings(folder.resolve("audit"), "test", "storm", "test", Clock.systemUTC(), Map.of()),
                Duration.ofSeconds(60));
        Weaver weaver = new Weaver();
        CatalogStatistics statistics = new CatalogStatistics(sources);
        Planner planner = new Planner(statistics);
        plans = new Plans(weaver, planner, statistics);
        results = new Results(new Results.Bounds(1_000, 8 << 20, 1 << 20), HashKeys.NONE, memory);
        Walk uncached = new Walk(
                (text, catalog) -> new QueryResolver(Clock.systemUTC()).resolve(text, catalog),
                weaver::describe,
                weaver::weave,
                planner::plan,
                (query, allow, atHand) -> planner.plan(weaver.weave(query, allow, atHand), query.catalog()),
                runner::open);
        QueryPart part = walk.apply(new Parts(uncached, results, plans, runner), new Published());
        pipeline = new QueryPipeline(
                this::catalog,
                part.gate(),
                "embedded",
                audit,
                part.walk(),
                queries,
                QueryObserver.NONE,
                Clock.systemUTC());
    }

    /** What a way through the pipeline is made of. */
    record QueryPart(Walk walk, PolicyGate gate) {}

    /** Without any cache. */
    static QueryPart plain(Parts parts, PolicyGate gate) {
        return new QueryPart(parts.uncached(), gate);
    }

    /** With all of them, as the server has them. */
    static QueryPart cached(Parts parts, PolicyGate gate) {
        Walk uncached = parts.uncached();
        QueryResolver resolver = new QueryResolver(Clock.systemUTC());
        return new QueryPart(
                new Walk(
                        resolver::resolve,
                        uncached.describe(),
                        uncached.take(),
                        uncached.weave(),
                        uncached.plan(),
                        parts.plans()::plan,
                        parts.runner()::open,
                        parts.results()::open),
                new RecentDecisions(gate));
    }

    private static QueryLimits limits() {
        Duration patience = Duration.ofMinutes(2);
        return new QueryLimits(
                8,
                2_000,
                2_000,
                2_000,
                patience,
                patience,
                patience,
                patience,
                10,
                patience,
                new ExportLimits(1, 1, 1, patience, patience, patience, 1, 1),
                RateLimits.NONE);
    }

    /** Publishes a catalog and lets a policy decide, as the wiring does. */
    void turnTo(StormWorld.State next) {
        if (next.catalog() != state.catalog()) {
            sources.reload(world.catalogs.get(next.catalog()));
            results.clear();
        }
        state = next;
    }

    StormWorld.State state() {
        return state;
    }

    private Catalog catalog() {
        return world.catalogs.get(state.catalog());
    }

    /** What the caller is answered: columns and rows, or the code of the refusal. */
    String ask(Caller caller, String sql) {
        try {
            return see(caller, sql).complete();
        } catch (BelvedereException refusal) {
            return refusal.code().name();
        }
    }

    /** An answer with its end; throws what the caller is refused with. */
    Seen see(Caller caller, String sql) {
        Seen seen = new Seen();
        pipeline.query(request(caller), new QueryText(sql, List.of()), seen);
        return seen;
    }

    /** The contract of a view as the caller sees it. */
    String contract(Caller caller, String view) {
        try {
            return pipeline.describe(request(caller), ViewReference.parse(view)).toString();
        } catch (BelvedereException refusal) {
            return refusal.code().name();
        }
    }

    private Request request(Caller caller) {
        return new Request(
                ids.next(),
                caller,
                Standing.LASTING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Protocol.REST,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public void close() {
        queries.close();
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        audit.close();
    }

    /** The policy that decides now. */
    private final class Published implements PolicyGate {
        private PolicyGate current() {
            return world.policies.get(state.policy());
        }

        @Override
        public Decision decide(PolicyRequest request) {
            return current().decide(request);
        }

        @Override
        public String revision() {
            return current().revision();
        }

        @Override
        public Optional<BelvedereException> problem() {
            return Optional.empty();
        }

        @Override
        public void close() {
            // The gates are kept for others.
        }
    }
}
