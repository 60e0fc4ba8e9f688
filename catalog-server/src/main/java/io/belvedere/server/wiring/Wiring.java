package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.federation.dimension.DimensionKeeper;
import io.belvedere.federation.result.Results;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.WriteRights;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.DescribingInParts;
import io.belvedere.server.catalog.PublishedCatalog;
import io.belvedere.server.catalog.PublishedPolicy;
import io.belvedere.server.http.CatalogDoor;
import io.belvedere.server.http.DoorLimits;
import io.belvedere.server.http.Problem;
import io.belvedere.server.http.PublishedViews;
import io.belvedere.server.identity.Rejections;
import io.belvedere.server.pipeline.Caches;
import io.belvedere.server.pipeline.CallerRates;
import io.belvedere.server.pipeline.ExportLimits;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryLimits;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RateLimits;
import io.belvedere.server.pipeline.RecentDecisions;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.pipeline.Walk;
import io.belvedere.server.telemetry.HeapPressure;
import io.belvedere.server.telemetry.LogLines;
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

/** The object graph of the server; what decides, what runs queries and who callers are have pages of their own. */
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
    AuditLog audit(
            Settings settings, Clock clock, @ConfigProperty(name = "quarkus.application.version") String version) {
        Settings.AuditSettings audit = settings.audit();
        return FileAuditLog.open(
                new AuditSettings(audit.folder(), audit.cluster(), audit.node(), version, clock, Map.of()),
                audit.durableWithin());
    }

    @Produces
    @Singleton
    Metrics metrics() {
        return new Metrics();
    }

    @Produces
    @Singleton
    Caches caches(Metrics metrics) {
        return new Caches(metrics::cache);
    }

    @Produces
    @Singleton
    Optional<Traces> traces(Settings settings, @ConfigProperty(name = "quarkus.application.version") String version) {
        return settings.tracing().endpoint().map(endpoint -> Traces.to(endpoint, version));
    }

    @Produces
    @Singleton
    LogLines logLines(Settings settings, @ConfigProperty(name = "quarkus.application.version") String version) {
        return LogLines.begin(settings.logging().form(), settings.logging().endpoint(), version);
    }

    @Produces
    @Singleton
    PublishedCatalog catalog(
            Settings settings, AuditLog audit, Sources sources, DimensionKeeper dimensions, Results results) {
        return new PublishedCatalog(
                new CatalogLoader(Variables.environment()),
                new ViewCompiler(),
                settings.catalog().folder(),
                audit,
                changed -> {
                    sources.reload(changed);
                    dimensions.reload(changed);
                    // They could not be found any more; their room is given back.
                    results.clear();
                });
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
                        limits.finishedKeptFor(),
                        exports(settings.exports()),
                        rates(settings.rates())),
                new HeapPressure(limits.heapPercent()),
                clock);
        metrics.gauge("belvedere.queries.running", "Queries that run or wait for a place", queries::runningNow)
                .state("belvedere.admission.open", "Whether queries are let in: 1 or 0", queries::isOpen);
        for (CallerRates.Refusal why : CallerRates.Refusal.values()) {
            metrics.counted(
                    "belvedere.rates.refused",
                    "Requests that were refused because their caller asks too fast or took too much",
                    Map.of("limit", why.name().toLowerCase(Locale.ROOT)),
                    () -> queries.rates().refused(why));
        }
        return queries;
    }

    private static RateLimits rates(Settings.RateSettings rates) {
        return new RateLimits(
                rates.requestsPerSecond(),
                rates.requestsAtOnce(),
                rates.rowsPerDay(),
                rates.mibPerDay() * MIB,
                rates.callers());
    }

    private static ExportLimits exports(Settings.ExportSettings exports) {
        return new ExportLimits(
                exports.running(),
                exports.runningPerCaller(),
                exports.waitingPerCaller(),
                exports.waitingTime(),
                exports.timeout(),
                exports.timeoutMax(),
                exports.maxRows(),
                exports.maxMib() * MIB);
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
        QueryPipeline pipeline = new QueryPipeline(
                catalog::current,
                new DescribingInParts(decisions),
                policy.engine(),
                audit,
                walk,
                queries,
                observer,
                clock);
        for (String effect : List.of("allow", "deny")) {
            metrics.counted(
                    "belvedere.break.glass",
                    "Requests to break the glass",
                    Map.of("effect", effect),
                    () -> pipeline.glassBroken(effect));
        }
        metrics.counted(
                "belvedere.group.alarms",
                "Callers who asked a view in groups for many different groupings",
                Map.of(),
                pipeline::groupAlarms);
        return pipeline;
    }

    @Produces
    @Singleton
    SourceRights sourceRights(PublishedCatalog catalog, Sources sources, Settings settings) {
        return new SourceRights(
                catalog::current,
                new WriteRights(sources),
                settings.sources().acceptWriteRights().orElse(List.of()));
    }

    @Produces
    @Singleton
    WarmUp warmUp(PublishedCatalog catalog, Walk walk, Clock clock, DimensionKeeper dimensions) {
        return new WarmUp(List.of(new PlannerWarmUp(catalog::current, walk, clock), dimensions::start));
    }

    @Produces
    @Singleton
    DoorLimits doorLimits(Settings settings) {
        return new DoorLimits(settings.limits().firstPageBytes(), settings.csv().formulas());
    }

    /** So many strangers at once are recorded; the others get the same answer, and the log keeps its breath for callers. */
    @Produces
    @Singleton
    Rejections rejections(QueryPipeline pipeline, QueryIds ids) {
        Semaphore recording = new Semaphore(REJECTIONS_AT_ONCE);
        return (remote, why) -> {
            QueryId id = ids.next();
            if (recording.tryAcquire()) {
                try {
                    pipeline.reject(
                            id,
                            Protocol.REST,
                            Optional.ofNullable(remote).map(address -> String.valueOf(address.hostAddress())),
                            why.code());
                } catch (BelvedereException unavailable) {
                    // Nothing is answered but the refusal, which needs no record to be safe.
                    return rejected(id, why);
                } finally {
                    recording.release();
                }
            }
            return rejected(id, why);
        };
    }

    private static String rejected(QueryId id, BelvedereException why) {
        return Problem.of(why.code(), why.detail(), Optional.of(id.toString())).json();
    }
}
