package io.belvedere.server.http;

import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.Measured;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A cache in figures; no key and no value.
 *
 * @param bytes what the entries are counted as; 0 where a cache is bounded by their number alone
 * @param loads entries that were made
 * @param loadMs the time that loading them took; 0 where those who ask make them
 * @param evictions entries that had to go, by their age or for want of room
 * @param failures loads that failed; nothing is kept of them
 * @param oldestMs for how long the oldest entry has been kept
 */
@Schema(name = "Cache", description = "A cache in figures since the server started.")
record CacheDocument(
        String name,
        long entries,
        long bytes,
        long hits,
        long misses,
        long loads,
        long loadMs,
        long evictions,
        long failures,
        long oldestMs) {
    static CacheDocument of(Measured cache) {
        CacheCounts counts = cache.counts();
        return new CacheDocument(
                cache.name(),
                counts.entries(),
                counts.bytes(),
                counts.hits(),
                counts.misses(),
                counts.loads(),
                counts.loading().toMillis(),
                counts.evictions(),
                counts.failures(),
                cache.oldest().toMillis());
    }
}
