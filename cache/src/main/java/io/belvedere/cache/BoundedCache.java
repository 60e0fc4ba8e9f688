package io.belvedere.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * A cache with a name, a size, an age and counts; it loads what is missing once, however many ask at a time.
 *
 * <p>Safe for use by many threads. A load that throws is not kept: everybody who waited for it gets the exception, and the next
 * one asks again. An entry older than its age is never given out.
 *
 * @param <K> {@link CacheKey.Governed} or {@link CacheKey.Internal}, of whatever the cache is about
 * @param <V> immutable values
 */
public final class BoundedCache<K extends CacheKey<?>, V> {
    private final String name;
    private final Cache<K, V> entries;
    private final Function<K, V> loader;

    /**
     * A cache whose entries are put there with {@link #keep}; {@link #require} finds nothing in it.
     *
     * @param name what operators know it by
     * @param entriesMax how many entries it keeps
     * @param ageMax how long an entry may be given out after it was kept
     */
    public BoundedCache(String name, int entriesMax, Duration ageMax) {
        this(name, entriesMax, ageMax, key -> {
            throw new IllegalStateException("there is no loader for " + key);
        });
    }

    /**
     * @param name what operators know it by
     * @param entriesMax how many entries it keeps
     * @param ageMax how long an entry may be given out after it was loaded
     * @param loader makes a missing entry; blocks the callers who wait for it
     */
    public BoundedCache(String name, int entriesMax, Duration ageMax, Function<K, V> loader) {
        this(name, entriesMax, ageMax, loader, Ticker.systemTicker());
    }

    BoundedCache(String name, int entriesMax, Duration ageMax, Function<K, V> loader, Ticker ticker) {
        this.name = name;
        this.entries = Caffeine.newBuilder()
                .maximumSize(entriesMax)
                .expireAfterWrite(ageMax)
                .ticker(ticker)
                .recordStats()
                .build();
        this.loader = loader;
    }

    /** The entry of the key, loaded when it is missing. */
    public V require(K key) {
        return entries.get(key, loader);
    }

    /** The entry of the key when there is one; counts as a hit or a miss. */
    public Optional<V> find(K key) {
        return Optional.ofNullable(entries.getIfPresent(key));
    }

    /** Keeps an entry that its caller has made, in the place of the one before. */
    public void keep(K key, V value) {
        entries.put(key, value);
    }

    /** Forgets everything; what is being loaded at that moment may still arrive for those who wait for it. */
    public void clear() {
        entries.invalidateAll();
    }

    public CacheCounts counts() {
        var stats = entries.stats();
        return new CacheCounts(
                name,
                entries.estimatedSize(),
                stats.hitCount(),
                stats.missCount(),
                stats.evictionCount(),
                stats.loadFailureCount());
    }
}
