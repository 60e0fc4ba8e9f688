package io.belvedere.server.telemetry;

import io.belvedere.audit.OutcomeRecord;
import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.Measured;
import io.belvedere.federation.dimension.DimensionStatus;
import io.belvedere.federation.run.Timeline;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.model.SourceName;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Counts and times in Prometheus' format; docs/operate/metrics.md names them all. Labels are words of closed lists and names of
 * sources and shards, so their number is bounded by the catalog; {@value #SERIES_MAX} series are kept at most. Safe for use by many
 * threads.
 */
public final class Metrics implements QueryObserver, SourceObserver, AutoCloseable {
    private static final int SERIES_MAX = 5_000;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final Queue<LongSupplier> counts = new ConcurrentLinkedQueue<>();
    private final Queue<DimensionMetrics> dimensions = new ConcurrentLinkedQueue<>();
    /** By source and shard: 0 closed, 1 probing, 2 open. */
    private final Map<String, AtomicInteger> breakers = new ConcurrentHashMap<>();

    public Metrics() {
        registry.config().meterFilter(MeterFilter.maximumAllowableMetrics(SERIES_MAX));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbage.bindTo(registry);
    }

    /** Shows how dimensions are. */
    public Metrics dimensions(Supplier<List<DimensionStatus>> statuses) {
        dimensions.add(new DimensionMetrics(registry, statuses));
        return this;
    }

    /** Everything, as Prometheus reads it. */
    public String scrape() {
        dimensions.forEach(DimensionMetrics::update);
        return registry.scrape();
    }

    /** Shows a number that somebody else keeps. */
    public Metrics gauge(String name, String help, IntSupplier value) {
        Gauge.builder(name, value, IntSupplier::getAsInt)
                .description(help)
                .strongReference(true)
                .register(registry);
        return this;
    }

    /** Shows a state as 1 or 0. */
    public Metrics state(String name, String help, BooleanSupplier state) {
        return gauge(name, help, () -> state.getAsBoolean() ? 1 : 0);
    }

    /** Shows a count that somebody else keeps; the labels are words of a closed list. */
    public Metrics counted(String name, String help, Map<String, String> labels, LongSupplier count) {
        List<Tag> tags = labels.entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList();
        // A counter holds on to what it asks only weakly, and would stand still once that is gone.
        counts.add(count);
        FunctionCounter.builder(name, count, LongSupplier::getAsLong)
                .description(help)
                .tags(tags)
                .register(registry);
        return this;
    }

    /** Shows what a cache counts of itself. */
    public Metrics cache(Measured cache) {
        Tags tags = Tags.of("cache", cache.name());
        shown("belvedere.cache.entries", "Entries in a cache", tags, cache, CacheCounts::entries);
        shown(
                "belvedere.cache.bytes",
                "What the entries of a cache take, where it counts bytes",
                tags,
                cache,
                CacheCounts::bytes);
        Gauge.builder(
                        "belvedere.cache.oldest.seconds",
                        cache,
                        each -> each.oldest().toMillis() / 1000.0)
                .description("For how long the oldest entry has been kept")
                .tags(tags)
                .strongReference(true)
                .register(registry);
        counted("belvedere.cache.hits", "Entries that were found", tags, cache, CacheCounts::hits);
        counted("belvedere.cache.misses", "Entries that were not found", tags, cache, CacheCounts::misses);
        counted("belvedere.cache.loads", "Entries that were made", tags, cache, CacheCounts::loads);
        counted("belvedere.cache.failures", "Loads that failed", tags, cache, CacheCounts::failures);
        counted("belvedere.cache.evictions", "Entries that had to go", tags, cache, CacheCounts::evictions);
        FunctionCounter.builder(
                        "belvedere.cache.load.seconds",
                        cache,
                        each -> each.counts().loading().toNanos() / 1e9)
                .description("Time that loading took")
                .tags(tags)
                .register(registry);
        return this;
    }

    private void shown(String name, String help, Tags tags, Measured cache, ToLongFunction<CacheCounts> figure) {
        Gauge.builder(name, cache, each -> figure.applyAsLong(each.counts()))
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private void counted(String name, String help, Tags tags, Measured cache, ToLongFunction<CacheCounts> figure) {
        FunctionCounter.builder(name, cache, each -> figure.applyAsLong(each.counts()))
                .description(help)
                .tags(tags)
                .register(registry);
    }

    @Override
    public void happened(SourceName source, String shard, SourceObserver.Event event) {
        Tags place = Tags.of("source", source.value(), "shard", shard);
        count("belvedere.source.events", "What happened at a shard", place.and("event", word(event)), 1);
        switch (event) {
            case BREAKER_OPENED -> breaker(place, source + "/" + shard).set(2);
            case BREAKER_PROBING -> breaker(place, source + "/" + shard).set(1);
            case BREAKER_CLOSED -> breaker(place, source + "/" + shard).set(0);
            case CONNECTED,
                    CREDENTIALS_REFUSED,
                    RETRIED,
                    RETRY_REFUSED,
                    BULKHEAD_FULL,
                    CANCEL_ASKED,
                    SESSION_KILLED,
                    SOCKET_CLOSED,
                    ZOMBIE_SUSPECTED,
                    ZOMBIE_ENDED -> {
                // Counted above.
            }
        }
    }

    private AtomicInteger breaker(Tags place, String key) {
        return breakers.computeIfAbsent(key, _ -> {
            AtomicInteger state = new AtomicInteger();
            Gauge.builder("belvedere.source.breaker", state, AtomicInteger::get)
                    .description("Breaker of a shard: 0 closed, 1 probing, 2 open")
                    .tags(place)
                    .register(registry);
            return state;
        });
    }

    @Override
    public void ended(QueryStatus status, Optional<String> traceparent, OutcomeRecord outcome) {
        Tags operation = Tags.of("operation", word(status.operation()));
        count("belvedere.requests", "Requests that ended", operation.and("outcome", word(outcome.status())), 1);
        outcome.code().ifPresent(code -> count("belvedere.errors", "Errors by code", Tags.of("code", code), 1));
        time("belvedere.request", "Time from the request to its outcome", operation, outcome.total());
        outcome.firstRow().ifPresent(time -> time("belvedere.first.row", "Time to the first row", operation, time));
        count("belvedere.rows", "Rows delivered", operation, outcome.rows());
        count("belvedere.bytes", "Bytes delivered", operation, outcome.bytes());
        status.timeline().forEach(this::entry);
    }

    private void entry(Timeline.Entry entry) {
        if (entry.fetch().isPresent()) {
            statement(entry.fetch().get(), entry.took());
        } else if (QueryStatus.PHASES.contains(entry.name()) && !entry.took().isZero()) {
            time("belvedere.phase", "Time of a step of the walk", Tags.of("phase", entry.name()), entry.took());
        }
    }

    private void statement(Timeline.FetchFacts fetch, Duration took) {
        Tags source = Tags.of("source", fetch.source());
        Tags shard = source.and("shard", fetch.shard());
        count("belvedere.source.statements", "Statements that ended", shard.and("status", fetch.status()), 1);
        count("belvedere.source.retries", "Statements that were sent again", shard, Math.max(0, fetch.attempts() - 1));
        time("belvedere.source.statement", "Time of a statement at a source", source, took);
        count("belvedere.source.rows", "Rows that a source gave", source, fetch.rows());
        count("belvedere.source.bytes", "Bytes that a source gave", source, fetch.bytes());
        count("belvedere.source.keys", "Keys shipped to a source", source, fetch.keys());
    }

    private void count(String name, String help, Tags tags, long amount) {
        Counter.builder(name).description(help).tags(tags).register(registry).increment((double) amount);
    }

    private void time(String name, String help, Tags tags, Duration took) {
        Timer.builder(name)
                .description(help)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(took);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
