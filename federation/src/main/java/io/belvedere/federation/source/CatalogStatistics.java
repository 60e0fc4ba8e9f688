package io.belvedere.federation.source;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.Measured;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceTable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Statistics out of the sources' own catalogs: asked in the background, kept for a while, and never waited for long. */
public final class CatalogStatistics implements Statistics, Measured {
    static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration USABLE = Duration.ofHours(1);
    /** A source that did not answer is asked again soon. */
    private static final Duration UNKNOWN = Duration.ofSeconds(10);

    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);
    private static final long TABLES_MAX = 20_000;

    private final Sources sources;
    private final AsyncLoadingCache<TableName, Optional<TableStatistics>> cache;
    /** What was last heard of each table; no more than the catalogs since the start have had. */
    private final Map<TableName, Optional<TableStatistics>> heard = new ConcurrentHashMap<>();

    private final Map<SourceName, ServerVersion> versions = new ConcurrentHashMap<>();

    private final AtomicLong epoch = new AtomicLong();

    public CatalogStatistics(Sources sources) {
        this.sources = sources;
        this.cache = Caffeine.newBuilder()
                .maximumSize(TABLES_MAX)
                .executor(
                        task -> Thread.ofVirtual().name("belvedere-statistics").start(task))
                .refreshAfterWrite(FRESH)
                .expireAfter(Expiry.writing(
                        (TableName _, Optional<TableStatistics> known) -> known.isPresent() ? USABLE : UNKNOWN))
                .recordStats()
                .buildAsync(this::load);
    }

    @Override
    public Optional<TableStatistics> find(TableName table) {
        try {
            return cache.get(table).get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Asks for what nobody has asked for yet; the answer changes the epoch. */
    @Override
    public Optional<TableStatistics> known(TableName table) {
        return cache.get(table).exceptionally(_ -> Optional.empty()).getNow(Optional.empty());
    }

    /** What the servers said when they were last asked for a table. */
    @Override
    public Optional<ServerVersion> version(SourceName source) {
        return Optional.ofNullable(versions.get(source));
    }

    @Override
    public long epoch() {
        return epoch.get();
    }

    @Override
    public String name() {
        return "statistics";
    }

    @Override
    public CacheCounts counts() {
        var stats = cache.synchronous().stats();
        return new CacheCounts(
                cache.synchronous().estimatedSize(),
                0,
                stats.hitCount(),
                stats.missCount(),
                stats.loadSuccessCount(),
                Duration.ofNanos(stats.totalLoadTime()),
                stats.evictionCount(),
                stats.loadFailureCount());
    }

    @Override
    public Duration oldest() {
        var written = cache.synchronous().policy().refreshAfterWrite().orElseThrow();
        return cache.synchronous().asMap().keySet().stream()
                .flatMap(table -> written.ageOf(table).stream())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Each table is asked for again; until it has answered, plans are made without its figures. */
    @Override
    public void clear() {
        cache.synchronous().invalidateAll();
    }

    private Optional<TableStatistics> load(TableName name) {
        Optional<TableStatistics> loaded = ask(name);
        if (!loaded.equals(heard.put(name, loaded))) {
            epoch.incrementAndGet();
        }
        return loaded;
    }

    private Optional<TableStatistics> ask(TableName name) {
        try {
            Sources.Source source = sources.require(name.source());
            Optional<SourceTable> table = source.definition().findTable(name);
            if (table.isEmpty()) {
                return Optional.empty();
            }
            List<TableStatistics> parts = new ArrayList<>();
            List<ServerVersion> said = new ArrayList<>();
            for (ShardPool shard : source.shards()) {
                Optional<TableStatistics> part = ask(shard, table.get(), said);
                if (part.isEmpty()) {
                    return Optional.empty();
                }
                parts.add(part.get());
            }
            heard(name.source(), said);
            return Optional.of(ShardStatistics.sum(parts));
        } catch (SQLException | BelvedereException e) {
            System.getLogger(CatalogStatistics.class.getName())
                    .log(System.Logger.Level.DEBUG, "no statistics of table {0}", name);
            return Optional.empty();
        }
    }

    private void heard(SourceName source, List<ServerVersion> said) {
        ServerVersion oldest = Collections.min(said);
        if (!oldest.equals(versions.put(source, oldest))) {
            epoch.incrementAndGet();
        }
    }

    private static Optional<TableStatistics> ask(ShardPool shard, SourceTable table, List<ServerVersion> said)
            throws SQLException {
        try (ShardConnection connection = shard.borrowForLookup(Deadline.after(LOOKUP_TIMEOUT), LOOKUP_TIMEOUT)) {
            Optional<TableStatistics> statistics = Lookup.of(shard.kind()).statistics(connection.jdbc(), table);
            said.add(Versions.of(connection.jdbc().getMetaData()));
            connection.finished();
            return statistics;
        } catch (SQLException e) {
            shard.failed(e);
            throw e;
        }
    }
}
