package io.belvedere.federation.plan;

import io.belvedere.federation.shard.ShardFilter;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.FileLocation;
import io.belvedere.model.source.InMemory;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Where a sub-tree can run: a source, which of its shards, and which output columns are the shard key.
 *
 * @param shards those that can hold rows, as far as the rule of the split says
 * @param shardKey output columns that are equal to the shard key of every row; rows with one key stand on one shard
 * @param filters what is known of the shard key of every row, where a directory has to be asked for the shards
 */
record Site(SourceDefinition source, List<Integer> shards, ImmutableBitSet shardKey, List<ShardFilter> filters) {
    /** What two sub-trees must share to run in one statement. Databases of one MariaDB server are within each other's reach. */
    record Server(SourceKind kind, String host, int port, String user, String database, String split) {}

    Site {
        shards = List.copyOf(shards);
        filters = List.copyOf(filters);
    }

    static Site whole(SourceDefinition source, ImmutableBitSet shardKey) {
        return new Site(
                source, IntStream.range(0, source.shards().size()).boxed().toList(), shardKey, List.of());
    }

    static Server server(SourceDefinition source) {
        String split = source.shards().size() > 1 ? source.name().value() : "";
        return switch (source.shards().getFirst().location()) {
            case Connection first -> {
                // All databases of a MariaDB server can be named in one statement.
                boolean one = source.kind() == SourceKind.MARIADB || source.kind() == SourceKind.MYSQL;
                String database = one ? "" : first.database();
                yield new Server(source.kind(), first.host(), first.port(), first.user(), database, split);
            }
            // Each source in files has a database of its own, which sees its own files only; all dimensions are one
            // source.
            case FileLocation _, InMemory _ ->
                new Server(source.kind(), "", 0, "", source.name().value(), split);
        };
    }

    /** The one server that all tables of a tree stand on; empty when there are several, or no table. */
    static Optional<Server> server(Catalog catalog, RelNode rel) {
        Set<Server> servers = new HashSet<>();
        boolean known = servers(catalog, rel, servers);
        return known && servers.size() == 1 ? Optional.of(servers.iterator().next()) : Optional.empty();
    }

    private static boolean servers(Catalog catalog, RelNode rel, Set<Server> servers) {
        return switch (rel) {
            case TableScan scan -> {
                catalog.findSource(Trees.table(scan).source()).ifPresent(source -> servers.add(server(source)));
                yield true;
            }
            case BarrierLeaf leaf -> servers(catalog, leaf.governed(), servers);
            default ->
                !rel.getInputs().isEmpty()
                        && rel.getInputs().stream().allMatch(input -> servers(catalog, input, servers));
        };
    }

    boolean isOneShard() {
        return shards.size() == 1;
    }

    /** The site for rows that also fulfil the conditions. */
    Site where(List<RexNode> conjuncts) {
        Optional<ShardFilter> filter = ShardPruning.filter(shardKey, conjuncts);
        if (filter.isEmpty()) {
            return this;
        }
        ShardMap map = ShardMap.of(source);
        BitSet possible = map.shards(filter.get());
        List<Integer> fewer = shards.stream().filter(possible::get).toList();
        List<ShardFilter> known = new ArrayList<>(filters);
        if (map.directory().isPresent()) {
            known.add(filter.get());
        }
        return new Site(source, orOne(fewer), shardKey, known);
    }

    /** Conditions that exclude each other leave no shard; one is asked all the same, and gives no row or an empty sum. */
    private List<Integer> orOne(List<Integer> fewer) {
        return fewer.isEmpty() ? shards.subList(0, 1) : fewer;
    }

    /** Rows of both, which have equal shard keys. */
    Site and(Site other, ImmutableBitSet key) {
        List<ShardFilter> both = new ArrayList<>(filters);
        both.addAll(other.filters);
        return new Site(
                source, orOne(shards.stream().filter(other.shards::contains).toList()), key, both);
    }

    /** Rows of either. */
    Site or(Site other, ImmutableBitSet key) {
        List<Integer> either = Stream.concat(shards.stream(), other.shards.stream())
                .distinct()
                .sorted()
                .toList();
        return new Site(source, either, key, filters.equals(other.filters) ? filters : List.of());
    }

    Site withKey(ImmutableBitSet key) {
        return new Site(source, shards, key, filters);
    }
}
