package io.belvedere.model.source;

/** One database of a source. The name is unique in its source and shows in plans and timelines. */
public record Shard(String name, Location location) {
    /**
     * Where its server stands.
     *
     * @throws IllegalStateException for a database in files, which a {@link SourceDefinition} has only with a kind of files
     */
    public Connection connection() {
        return switch (location) {
            case Connection connection -> connection;
            case FileLocation _, InMemory _ ->
                throw new IllegalStateException("tables in files or in memory have no connection");
        };
    }
}
