package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.model.SourceName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The databases of a catalog: one bounded pool for each shard. Nothing connects before the first query needs it, so a source that
 * is down keeps nobody from starting. Safe for use by many threads; whoever makes one closes it.
 */
public final class Sources implements AutoCloseable {
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(30);

    private final Secrets secrets;
    private final SourceObserver observer;
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("belvedere-source-sweeper").factory());
    // Replaced as a whole, under this; read without a lock.
    private volatile Map<SourceName, Source> sources = Map.of();

    public Sources(Catalog catalog, Secrets secrets) {
        this(catalog, secrets, SourceObserver.NONE);
    }

    public Sources(Catalog catalog, Secrets secrets, SourceObserver observer) {
        this.secrets = secrets;
        this.observer = observer;
        reload(catalog);
        var _ = sweeper.scheduleWithFixedDelay(
                this::sweep, SWEEP_INTERVAL.toMillis(), SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Turns to a new picture of the catalog. Sources whose definition did not change keep their connections; running statements
     * of the others come to their end.
     */
    public synchronized void reload(Catalog catalog) {
        Map<SourceName, Source> before = sources;
        Map<SourceName, Source> after = new HashMap<>();
        for (SourceDefinition definition : catalog.sources()) {
            Source known = before.get(definition.name());
            after.put(
                    definition.name(),
                    known != null && known.definition().equals(definition) ? known : open(definition));
        }
        sources = Map.copyOf(after);
        for (Source source : before.values()) {
            if (!source.equals(after.get(source.definition().name()))) {
                source.shards().forEach(ShardPool::close);
            }
        }
    }

    /**
     * @throws io.belvedere.model.error.BelvedereException {@code SOURCE_UNAVAILABLE} when the catalog no longer has it
     */
    public Source require(SourceName name) {
        Source source = sources.get(name);
        if (source == null) {
            throw FederationError.SOURCE_UNAVAILABLE.error("Source '" + name + "' is no longer in the catalog.");
        }
        return source;
    }

    private Source open(SourceDefinition definition) {
        List<ShardPool> shards = new ArrayList<>();
        for (Shard shard : definition.shards()) {
            shards.add(new ShardPool(definition, shard, secrets, observer));
        }
        return new Source(definition, shards);
    }

    private void sweep() {
        sources.values().forEach(source -> source.shards().forEach(ShardPool::sweep));
    }

    @Override
    public synchronized void close() {
        sweeper.shutdownNow();
        sources.values().forEach(source -> source.shards().forEach(ShardPool::close));
        sources = Map.of();
    }

    /** A source's definition with the pools of its shards, in the definition's order. */
    public record Source(SourceDefinition definition, List<ShardPool> shards) {
        public Source {
            shards = List.copyOf(shards);
        }
    }
}
