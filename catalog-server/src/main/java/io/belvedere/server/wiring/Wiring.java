package io.belvedere.server.wiring;

import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.engine.duckdb.SpillFolder;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.FilesRoot;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.ServerNode;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.BundleCheck;
import io.belvedere.policy.OpaAddress;
import io.belvedere.server.catalog.BundlePolicy;
import io.belvedere.server.catalog.FolderPolicy;
import io.belvedere.server.catalog.OpaPolicy;
import io.belvedere.server.catalog.PublishedCatalog;
import io.belvedere.server.catalog.PublishedPolicy;
import io.belvedere.server.http.CatalogDoor;
import io.belvedere.server.http.DoorLimits;
import io.belvedere.server.http.Problem;
import io.belvedere.server.http.PublishedViews;
import io.belvedere.server.identity.Callers;
import io.belvedere.server.identity.DevIdentities;
import io.belvedere.server.identity.Rejections;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryLimits;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RecentDecisions;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.pipeline.Walk;
import io.belvedere.server.telemetry.HeapPressure;
import io.belvedere.server.telemetry.Metrics;
import io.belvedere.server.telemetry.Traces;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The object graph, on one page. */
@Singleton
final class Wiring {
    private static final int REJECTIONS_AT_ONCE = 32;
    private static final long MIB = 1024L * 1024;

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    QueryIds queryIds(Clock clock) {
        return new QueryIds(clock, new SecureRandom());
    }

    @Produces
    @Singleton
    Callers callers(Settings settings) {
        return settings.identity().devFile().<Callers>map(DevIdentities::load).orElseGet(Callers::nobody);
    }

    @Produces
    @Singleton
    AuditLog audit(
            Settings settings, Clock clock, @ConfigProperty(name = "quarkus.application.version") String version) {
        Settings.AuditSettings audit = settings.audit();
        return FileAuditLog.open(
                new AuditSettings(audit.folder(), audit.cluster(), audit.node(), version, clock, Map.of()));
    }

    @Produces
    @Singleton
    PublishedPolicy policy(Settings settings, AuditLog audit, Metrics metrics) {
        Settings.PolicySettings policy = settings.policy();
        if (policy.bundle().address().isPresent()) {
            return bundle(policy.bundle(), audit, metrics);
        }
        return policy.opa().address().isPresent()
                ? new OpaPolicy(
                        new OpaAddress(
                                policy.opa().address().get(), policy.opa().tokenFile()),
                        audit)
                : new FolderPolicy(policy.folder().orElseThrow(), audit);
    }

    private static BundlePolicy bundle(Settings.BundleSettings settings, AuditLog audit, Metrics metrics) {
        BundlePolicy policy =
                new BundlePolicy(StartRules.bundle(settings), settings.pollInterval(), settings.warnAge(), audit);
        metrics.gauge(
                "belvedere.policy.bundle.age.seconds",
                "How long ago the bundle's server said that the policy is the newest",
                policy::ageSeconds);
        for (BundleCheck.Reason reason : BundleCheck.Reason.values()) {
            metrics.counted(
                    "belvedere.policy.bundle.kept",
                    "Checks after which the policy before went on deciding",
                    Map.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                    () -> policy.kept(reason));
        }
        return policy;
    }

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
    Metrics metrics() {
        return new Metrics();
    }

    @Produces
    @Singleton
    Optional<Traces> traces(Settings settings, @ConfigProperty(name = "quarkus.application.version") String version) {
        return settings.tracing().endpoint().map(endpoint -> Traces.to(endpoint, version));
    }

    @Produces
    @Singleton
    PublishedCatalog catalog(Settings settings, AuditLog audit, Sources sources) {
        return new PublishedCatalog(
                new CatalogLoader(Variables.environment()),
                new ViewCompiler(),
                settings.catalog().folder(),
                audit,
                sources::reload);
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
    Runner runner(Sources sources, Engine engine, QueryMemory memory, HashKeys hashKeys) {
        return new Runner(sources, engine, memory, new SecureRandom(), hashKeys);
    }

    @Produces
    @Singleton
    Statistics statistics(Sources sources) {
        return new CatalogStatistics(sources);
    }

    @Produces
    @Singleton
    QueryResolver resolver(Clock clock, Metrics metrics) {
        QueryResolver resolver = new QueryResolver(clock);
        metrics.caches(resolver::counts);
        return resolver;
    }

    @Produces
    @Singleton
    Planner planner(Statistics statistics) {
        return new Planner(statistics);
    }

    @Produces
    @Singleton
    Plans plans(Weaver weaver, Planner planner, Statistics statistics, Metrics metrics) {
        Plans plans = new Plans(weaver, planner, statistics);
        metrics.caches(plans::counts);
        return plans;
    }

    @Produces
    @Singleton
    RecentDecisions decisions(PublishedPolicy policy, Metrics metrics) {
        metrics.state(
                "belvedere.policy.available",
                "Whether policy decides: 1 or 0",
                () -> policy.gate().problem().isEmpty());
        RecentDecisions decisions = new RecentDecisions(policy.gate());
        metrics.caches(() -> List.of(decisions.counts()));
        return decisions;
    }

    @Produces
    @Singleton
    Walk walk(QueryResolver resolver, Weaver weaver, Plans plans, Planner planner, Runner runner) {
        return new Walk(resolver::resolve, weaver::weave, planner::plan, plans::plan, runner::open);
    }

    @Produces
    @Singleton
    PublishedViews publishedViews(PublishedCatalog catalog) {
        return catalog::current;
    }

    @Produces
    @Singleton
    CatalogDoor.CatalogProblems problems(PublishedCatalog catalog, PublishedPolicy policy) {
        return () -> Stream.concat(catalog.problems().stream(), policy.problems().stream())
                .map(problem -> new CatalogDoor.FileProblem(
                        problem.file(), problem.line(), problem.column(), problem.code(), problem.message()))
                .toList();
    }

    @Produces
    @Singleton
    RunningQueries queries(Settings settings, Metrics metrics, Clock clock) {
        Settings.LimitSettings limits = settings.limits();
        RunningQueries queries = new RunningQueries(
                new QueryLimits(
                        limits.running(),
                        limits.runningPerCaller(),
                        limits.waitingPerCaller(),
                        limits.waiting(),
                        limits.waitingTime(),
                        limits.timeout(),
                        limits.timeoutMax(),
                        limits.slowReader(),
                        limits.finishedKept(),
                        limits.finishedKeptFor()),
                new HeapPressure(limits.heapPercent()),
                clock);
        metrics.gauge("belvedere.queries.running", "Queries that run or wait for a place", queries::runningNow)
                .state("belvedere.admission.open", "Whether queries are let in: 1 or 0", queries::isOpen);
        return queries;
    }

    @Produces
    @Singleton
    QueryPipeline pipeline(
            PublishedCatalog catalog,
            PublishedPolicy policy,
            RecentDecisions decisions,
            AuditLog audit,
            Walk walk,
            RunningQueries queries,
            Metrics metrics,
            Optional<Traces> traces,
            Clock clock) {
        metrics.state("belvedere.audit.available", "Whether records can be written: 1 or 0", audit::available)
                .gauge(
                        "belvedere.catalog.problems",
                        "Quarantined files",
                        () -> catalog.problems().size());
        QueryObserver observer = traces.<QueryObserver>map(spans -> QueryObserver.all(List.of(metrics, spans)))
                .orElse(metrics);
        QueryPipeline pipeline =
                new QueryPipeline(catalog::current, decisions, policy.engine(), audit, walk, queries, observer, clock);
        for (String effect : List.of("allow", "deny")) {
            metrics.counted(
                    "belvedere.break.glass",
                    "Requests to break the glass",
                    Map.of("effect", effect),
                    () -> pipeline.glassBroken(effect));
        }
        return pipeline;
    }

    @Produces
    @Singleton
    WarmUp warmUp(PublishedCatalog catalog, Walk walk, Clock clock) {
        return new WarmUp(List.of(new PlannerWarmUp(catalog::current, walk, clock)));
    }

    @Produces
    @Singleton
    DoorLimits doorLimits(Settings settings) {
        return new DoorLimits(settings.limits().firstPageBytes());
    }

    /** So many strangers at once are recorded; the others get the same answer, and the log keeps its breath for callers. */
    @Produces
    @Singleton
    Rejections rejections(QueryPipeline pipeline, QueryIds ids) {
        Semaphore recording = new Semaphore(REJECTIONS_AT_ONCE);
        return remote -> {
            QueryId id = ids.next();
            if (recording.tryAcquire()) {
                try {
                    pipeline.reject(
                            id,
                            Protocol.REST,
                            Optional.ofNullable(remote).map(address -> String.valueOf(address.hostAddress())));
                } catch (BelvedereException unavailable) {
                    // Nothing is answered but the refusal, which needs no record to be safe.
                    return rejected(id);
                } finally {
                    recording.release();
                }
            }
            return rejected(id);
        };
    }

    private static String rejected(QueryId id) {
        return Problem.of(
                        NOT_AUTHENTICATED,
                        "Send a valid token: Authorization: Bearer <token>.",
                        Optional.of(id.toString()))
                .json();
    }
}
