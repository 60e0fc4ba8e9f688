package io.belvedere.bench;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.bench.StepTimes.Counting;
import io.belvedere.bench.StepTimes.Step;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Allow;
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
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The server's own pipeline in this process, without doors: what the wiring puts together, with a clock around each step that policy is
 * the reason for. Used by one thread.
 */
final class GovernedHouse implements AutoCloseable {
    static final Caller ANALYST =
            new Caller("bench", "ana", "Ana", Caller.Kind.HUMAN, Set.of("analyst"), Map.of("region", "EU"));
    private static final Optional<String> PURPOSE = Optional.of("benchmark");

    private final Catalog catalog;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final AuditLog audit;
    private final QueryResolver resolver = new QueryResolver(Clock.systemUTC());
    private final Weaver weaver = new Weaver();
    private final Planner planner;
    private final Plans plans;
    private final RunningQueries queries = new RunningQueries(limits(), Pressure.NONE, Clock.systemUTC());
    private final QueryIds ids = new QueryIds(Clock.systemUTC(), new Random(1));

    /** Over the catalog in the folder, which must have no problem; the log and what spills go into the folder too. */
    GovernedHouse(Path folder, List<GovernedTable> tables) throws IOException {
        Map<String, String> passwords = new HashMap<>();
        for (GovernedTable table : tables) {
            table.writeCatalog(folder);
            passwords.put(table.product().password(), table.password());
        }
        CatalogFiles loaded = new CatalogLoader(Variables.of(passwords)).load(folder);
        if (!loaded.problems().isEmpty()) {
            throw new IllegalStateException("the catalog is broken: " + loaded.problems());
        }
        catalog = loaded.catalog();
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        sources = new Sources(catalog, Secrets.of(passwords));
        runner = new Runner(sources, engine, memory, new Random(1));
        audit = FileAuditLog.open(
                new AuditSettings(folder.resolve("audit"), "bench", "house", "bench", Clock.systemUTC(), Map.of()));
        Statistics statistics = new CatalogStatistics(sources);
        planner = new Planner(statistics);
        plans = new Plans(weaver, planner, statistics);
    }

    private static QueryLimits limits() {
        Duration minute = Duration.ofMinutes(1);
        return new QueryLimits(
                8,
                4,
                8,
                8,
                minute,
                minute,
                minute,
                minute,
                100,
                minute,
                new ExportLimits(1, 1, 1, minute, minute, minute, 1, 1),
                RateLimits.NONE);
    }

    /** What is kept from one query to the next. */
    enum Kept {
        /** As the server does: decisions for two seconds, plans with their proof as long as their decision. */
        ALL,
        /** Each query is decided on, woven, planned and verified as if it were the first. */
        NOTHING
    }

    /** One caller's way through the pipeline. */
    final class Way {
        private final QueryPipeline pipeline;
        private final StepTimes times = new StepTimes();

        private Way(PolicyGate policy, Kept kept) {
            Walk.Prepare prepare = switch (kept) {
                case ALL -> (query, allow, atHand) -> times.timed(Step.PREPARE, () -> plans.plan(query, allow, atHand));
                case NOTHING -> this::anew;
            };
            PolicyGate gate = switch (kept) {
                case ALL -> new RecentDecisions(policy);
                case NOTHING -> policy;
            };
            pipeline = new QueryPipeline(
                    () -> catalog,
                    new TimedGate(gate, times),
                    "embedded",
                    new TimedAudit(audit, times),
                    new Walk(resolver::resolve, weaver::describe, weaver::weave, planner::plan, prepare, runner::open),
                    queries,
                    QueryObserver.NONE,
                    Clock.systemUTC());
        }

        private ExecutablePlan anew(ResolvedQuery query, Allow allow, AtHand atHand) {
            GovernedQuery governed = times.timed(Step.WEAVE, () -> weaver.weave(query, allow, atHand));
            Duration before = planner.proofs().took();
            long begin = System.nanoTime();
            ExecutablePlan plan = planner.plan(governed, query.catalog());
            long all = System.nanoTime() - begin;
            long proof = planner.proofs().took().minus(before).toNanos();
            times.add(Step.VERIFY, proof);
            times.add(Step.PLAN, all - proof);
            return plan;
        }

        /** The row of an id. */
        List<List<String>> rows(GovernedTable table, long id, Counting counting) {
            KeptRows rows = new KeptRows();
            QueryText text =
                    new QueryText(table.query(), List.of(Optional.of(new Literal.Numeric(BigDecimal.valueOf(id)))));
            var _ = times.timed(Step.ALL, () -> {
                pipeline.query(request(), text, rows);
                return rows;
            });
            times.queryDone(counting);
            return rows.complete();
        }

        StepTimes times() {
            return times;
        }
    }

    /** A way under a policy, which stays open. */
    Way way(PolicyGate policy, Kept kept) {
        return new Way(policy, kept);
    }

    /** The question to policy that a query on the table asks. */
    PolicyRequest question(GovernedTable table, Instant time) {
        ResolvedQuery query = resolver.resolve(
                new QueryText(table.query(), List.of(Optional.of(new Literal.Numeric(BigDecimal.ONE)))), catalog);
        return new PolicyRequest(ANALYST, PURPOSE, Operation.QUERY, Protocol.REST, time, query.views());
    }

    private Request request() {
        return new Request(
                ids.next(),
                ANALYST,
                Standing.LASTING,
                PURPOSE,
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
}
