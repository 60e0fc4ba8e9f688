package io.belvedere.cache;

/** What a cache has done since it was made. {@code entries} is an estimate while entries come and go. */
public record CacheCounts(String name, long entries, long hits, long misses, long evictions, long failures) {}
