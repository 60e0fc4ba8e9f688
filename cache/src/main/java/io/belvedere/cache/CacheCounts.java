package io.belvedere.cache;

import java.time.Duration;

/**
 * What a cache has done since it was made. Figures only: no key, no value.
 *
 * @param entries an estimate while entries come and go
 * @param bytes what the entries are counted as; 0 where a cache is bounded by their number alone
 * @param hits how often an entry was found
 * @param misses how often it was not
 * @param loads entries that were made
 * @param loading the time that loading them took; none for entries that their askers made themselves
 * @param evictions entries that had to go, for want of room or by their age
 * @param failures loads that failed; nothing is kept of them
 */
public record CacheCounts(
        long entries,
        long bytes,
        long hits,
        long misses,
        long loads,
        Duration loading,
        long evictions,
        long failures) {}
