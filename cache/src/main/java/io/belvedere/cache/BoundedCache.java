package io.belvedere.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A cache with a name, a size, an age and counts; it loads what is missing once, however many ask at a time.
 *
 * <p>Safe for use by many threads. A load that throws is not kept: everybody who waited for it gets the exception, and the next
 * one asks again. An entry older than its age, on the monotonic clock, is never given out.
 *
 * @param <K> a kind of {@link CacheKey}, of whatever the cache is about
 * @param <V> immutable values
 */
public final class BoundedCache<K extends CacheKey<?>, V> implements Measured {
    private final String name;
    private final Duration ageMax;
    private final Cache<K, Kept<V>> entries;
    private final Optional<Function<K, V>> loader;
    private final Ticker ticker;
    private final LongAdder kept = new LongAdder();

    /**
     * A value, since when it is kept, and for how long.
     *
     * @param atNanos on the cache's ticker
     */
    private record Kept<V>(V value, long atNanos, Duration life) {}

    /**
     * How large a cache may become.
     *
     * @param bytesMax of all entries together; an entry that is larger is not kept
     */
    public record Room(int entriesMax, long bytesMax) {
        public Room {
            if (entriesMax < 1 || bytesMax < entriesMax) {
                throw new IllegalArgumentException("a cache has room for an entry, and a byte for each");
            }
        }

        /** What an entry weighs: its bytes, and so much at least that there are never more entries than there may be. */
        private int weight(long bytes) {
            long least = (bytesMax + entriesMax - 1) / entriesMax;
            return (int) Math.clamp(bytes, least, Integer.MAX_VALUE);
        }
    }

    /**
     * A cache whose entries are put there with {@link #keep}; {@link #require} finds nothing in it.
     *
     * @param name what operators know it by
     * @param entriesMax how many entries it keeps
     * @param ageMax how long an entry may be given out after it was kept
     */
    public BoundedCache(String name, int entriesMax, Duration ageMax) {
        this(
                name,
                ageMax,
                Optional.empty(),
                Ticker.systemTicker(),
                Caffeine.newBuilder().maximumSize(entriesMax));
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
        this(name, ageMax, Optional.of(loader), ticker, Caffeine.newBuilder().maximumSize(entriesMax));
    }

    /** A cache whose entries are put there with {@link #keep} and take room by their bytes. */
    public static <K extends CacheKey<?>, V> BoundedCache<K, V> weighed(
            String name, Room room, Duration ageMax, ToLongFunction<V> bytes) {
        return weighed(name, room, ageMax, bytes, Ticker.systemTicker());
    }

    static <K extends CacheKey<?>, V> BoundedCache<K, V> weighed(
            String name, Room room, Duration ageMax, ToLongFunction<V> bytes, Ticker ticker) {
        return new BoundedCache<>(
                name,
                ageMax,
                Optional.empty(),
                ticker,
                Caffeine.newBuilder()
                        .maximumWeight(room.bytesMax())
                        .weigher((K _, Kept<V> each) -> room.weight(bytes.applyAsLong(each.value()))));
    }

    private BoundedCache(
            String name,
            Duration ageMax,
            Optional<Function<K, V>> loader,
            Ticker ticker,
            Caffeine<? super K, ? super Kept<V>> sized) {
        this.name = name;
        this.ageMax = ageMax;
        this.loader = loader;
        this.ticker = ticker;
        this.entries = sized.expireAfter(Expiry.<K, Kept<V>>writing((_, each) -> each.life()))
                .ticker(ticker)
                .recordStats()
                .build();
    }

    /** The entry of the key, loaded when it is missing. */
    public V require(K key) {
        Function<K, V> load = loader.orElseThrow(
                () -> new IllegalStateException("what is in the cache " + name + " is put there, not asked for"));
        return entries.get(key, absent -> new Kept<>(load.apply(absent), ticker.read(), ageMax))
                .value();
    }

    /** The entry of the key when there is one; counts as a hit or a miss. */
    public Optional<V> find(K key) {
        return Optional.ofNullable(entries.getIfPresent(key)).map(Kept::value);
    }

    /** Keeps an entry that its caller has made, in the place of the one before. */
    public void keep(K key, V value) {
        keep(key, value, ageMax);
    }

    /** As {@link #keep(CacheKey, Object)}, for a time of its own; past the cache's own age it is not given out in any case. */
    public void keep(K key, V value, Duration life) {
        if (life.isPositive()) {
            kept.increment();
            entries.put(key, new Kept<>(value, ticker.read(), life.compareTo(ageMax) < 0 ? life : ageMax));
        }
    }

    /** Forgets one entry. */
    public void forget(K key) {
        entries.invalidate(key);
    }

    /** Forgets the entries whose keys are such. */
    public void forget(Predicate<? super K> such) {
        entries.asMap().keySet().removeIf(such);
    }

    @Override
    public void clear() {
        entries.invalidateAll();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CacheCounts counts() {
        // What is past its age, or has no room, goes a little later than it is out of reach.
        entries.cleanUp();
        var stats = entries.stats();
        return new CacheCounts(
                entries.estimatedSize(),
                entries.policy()
                        .eviction()
                        .map(room -> room.weightedSize().orElse(0))
                        .orElse(0L),
                stats.hitCount(),
                stats.missCount(),
                stats.loadSuccessCount() + kept.sum(),
                Duration.ofNanos(stats.totalLoadTime()),
                stats.evictionCount(),
                stats.loadFailureCount());
    }

    @Override
    public Duration oldest() {
        long now = ticker.read();
        return Duration.ofNanos(entries.asMap().values().stream()
                .mapToLong(each -> now - each.atNanos())
                .max()
                .orElse(0));
    }
}
