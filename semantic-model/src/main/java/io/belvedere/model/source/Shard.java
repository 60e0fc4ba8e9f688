package io.belvedere.model.source;

/** One database of a source. The name is unique in its source and shows in plans and timelines. */
public record Shard(String name, Connection connection) {}
