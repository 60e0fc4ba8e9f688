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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The databases of a catalog: one bounded pool for each shard. Nothing connects before the first query needs it, so a source that
 * is down keeps nobody from starting. Safe for use by many threads; whoever makes one closes it.
 */
public final class Sources implements AutoCloseable {
    private static final Duration TEND_INTERVAL = Duration.ofSeconds(1);

    private final Secrets secrets;
    private final FilesRoot files;
    private final SourceObserver observer;
    private final ServerNode node;
    private final Set<ShardConnection> live = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("belvedere-source-sweeper").factory());
    // Replaced as a whole, under this; read without a lock.
    private volatile Map<SourceName, Source> sources = Map.of();

    public Sources(Catalog catalog, Secrets secrets) {
        this(catalog, secrets, SourceObserver.NONE);
    }

    public Sources(Catalog catalog, Secrets secrets, SourceObserver observer) {
        this(catalog, secrets, FilesRoot.NONE, observer);
    }

    /** @param files below which sources may be files */
    public Sources(Catalog catalog, Secrets secrets, FilesRoot files, SourceObserver observer) {
        this(catalog, secrets, files, observer, ServerNode.unnamed());
    }

    /**
     * @param files below which sources may be files
     * @param node names this server among all that use the same sources: statements that carry it and belong to no query of ours
     *     are ended, also those of its earlier starts
     */
    public Sources(Catalog catalog, Secrets secrets, FilesRoot files, SourceObserver observer, ServerNode node) {
        this.secrets = secrets;
        this.files = files;
        this.observer = observer;
        this.node = node;
        reload(catalog);
        var _ = sweeper.scheduleWithFixedDelay(
                this::tend, TEND_INTERVAL.toMillis(), TEND_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
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
        RetryBudget retries = new RetryBudget(System::nanoTime);
        for (Shard shard : definition.shards()) {
            shards.add(new ShardPool(definition, shard, secrets, files, observer, retries, node, live));
        }
        return new Source(definition, shards);
    }

    /** Each on a thread of its own: one that hangs holds no other up. */
    private void tend() {
        for (Source source : sources.values()) {
            for (ShardPool shard : source.shards()) {
                var _ = Thread.ofVirtual().name("belvedere-tend-" + shard).start(shard::tend);
            }
        }
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
