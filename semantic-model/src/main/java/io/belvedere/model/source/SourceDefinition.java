package io.belvedere.model.source;

import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import java.util.List;
import java.util.Optional;

/**
 * A database, or several that hold one split set of tables.
 *
 * @param shards where it stands; one element when it is not split
 * @param split how rows are spread over the shards; empty when there is one shard
 * @param tables the tables that views may use
 * @param hash SHA-256, in hex, of the definition's canonical form, with variables resolved and secrets as references
 */
public record SourceDefinition(
        SourceName name,
        SourceKind kind,
        String description,
        List<Shard> shards,
        Optional<Split> split,
        List<SourceTable> tables,
        SourceLimits limits,
        String hash) {
    public static final int SHARDS_MAX = 256;
    public static final int TABLES_MAX = 2_000;

    public SourceDefinition {
        shards = List.copyOf(shards);
        tables = List.copyOf(tables);
        if (shards.isEmpty() || shards.size() > SHARDS_MAX) {
            throw new IllegalArgumentException("a source has 1 to " + SHARDS_MAX + " shards");
        }
        if (tables.isEmpty() || tables.size() > TABLES_MAX) {
            throw new IllegalArgumentException("a source has 1 to " + TABLES_MAX + " tables");
        }
        requireLocations(kind, shards, tables);
        if ((shards.size() > 1) != split.isPresent()) {
            throw new IllegalArgumentException("a source says how it is split exactly when it has several shards");
        }
    }

    /** Files for a kind of files, servers for the others. */
    private static void requireLocations(SourceKind kind, List<Shard> shards, List<SourceTable> tables) {
        for (Shard shard : shards) {
            boolean fits = switch (shard.location()) {
                case Connection _ -> !kind.isFiles();
                case FileLocation files ->
                    kind.isFiles() && files.database().isPresent() == (kind == SourceKind.DUCKDB);
                case InMemory _ -> kind == SourceKind.DUCKDB;
            };
            if (!fits) {
                throw new IllegalArgumentException("a source of this kind stands elsewhere");
            }
        }
        if (kind == SourceKind.PARQUET || kind == SourceKind.CSV) {
            for (SourceTable table : tables) {
                FileLocation.requireTable(table.remoteName());
                if (table.remoteSchema().isPresent()) {
                    throw new IllegalArgumentException("a table that is a file has no schema");
                }
            }
        }
        if (kind.isFiles() && shards.size() > 1) {
            throw new IllegalArgumentException("a source in files is not split; one table may be many files");
        }
    }

    /** Whether its tables are dimensions, whose rows stand in our own memory. */
    public boolean isInMemory() {
        return shards.getFirst().location() instanceof InMemory;
    }

    /** The same definition with another hash. */
    public SourceDefinition withHash(String newHash) {
        return new SourceDefinition(name, kind, description, shards, split, tables, limits, newHash);
    }

    public Optional<SourceTable> findTable(TableName name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
