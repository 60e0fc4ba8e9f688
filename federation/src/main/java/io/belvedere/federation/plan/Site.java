package io.belvedere.federation.plan;

import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Where a sub-tree can run: a source, which of its shards, and which output columns are the shard key.
 *
 * @param shardKey output columns that are equal to the shard key of every row; rows with one key stand on one shard
 */
record Site(SourceDefinition source, List<Integer> shards, ImmutableBitSet shardKey) {
    /** What two sub-trees must share to run in one statement. Databases of one MariaDB server are within each other's reach. */
    record Server(SourceKind kind, String host, int port, String user, String database, String split) {}

    Site {
        shards = List.copyOf(shards);
    }

    static Site whole(SourceDefinition source, ImmutableBitSet shardKey) {
        return new Site(
                source, IntStream.range(0, source.shards().size()).boxed().toList(), shardKey);
    }

    static Server server(SourceDefinition source) {
        Connection first = source.shards().getFirst().connection();
        String split = source.shards().size() > 1 ? source.name().value() : "";
        return switch (source.kind()) {
            case POSTGRESQL ->
                new Server(source.kind(), first.host(), first.port(), first.user(), first.database(), split);
            case MARIADB, MYSQL -> new Server(source.kind(), first.host(), first.port(), first.user(), "", split);
        };
    }

    boolean isOneShard() {
        return shards.size() == 1;
    }

    Site withShards(List<Integer> fewer) {
        return new Site(source, fewer, shardKey);
    }

    Site withKey(ImmutableBitSet key) {
        return new Site(source, shards, key);
    }

    Dialect dialect() {
        return Dialect.of(source.kind());
    }
}
