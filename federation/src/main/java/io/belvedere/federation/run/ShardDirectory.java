package io.belvedere.federation.run;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.ShardConnection;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.SourceDefinition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks tables that say on which shard a key stands. Answers are kept for {@link #FRESH}; a key that a directory does not have, or that it
 * could not be asked for, may stand on any shard. Safe for use by many threads.
 */
final class ShardDirectory {
    static final Duration FRESH = Duration.ofSeconds(5);
    /** With more keys than this, every shard is asked instead of the directory. */
    static final int KEYS_MAX = 20_000;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int KNOWN_MAX = 100_000;

    private record Known(SourceName split, ShardKey key) {}

    private final Sources sources;
    private final BoundedCache<CacheKey.Internal<Known>, Set<Integer>> known =
            new BoundedCache<>("shard-places", KNOWN_MAX, FRESH);

    ShardDirectory(Sources sources) {
        this.sources = sources;
    }

    /** Where the keys stand that the directory has. */
    Map<ShardKey, Set<Integer>> places(
            Run run, Step.Fetch fetch, SourceDefinition split, Step.ShardPlaces places, Set<ShardKey> wanted) {
        Map<ShardKey, Set<Integer>> found = new HashMap<>();
        List<ShardKey> open = new ArrayList<>();
        for (ShardKey key : wanted) {
            known.find(known(split, key)).ifPresentOrElse(shards -> found.put(key, shards), () -> open.add(key));
        }
        if (!open.isEmpty() && open.size() <= KEYS_MAX) {
            Map<ShardKey, Set<Integer>> asked = ask(run, fetch, split, places, open);
            asked.forEach((key, shards) -> known.keep(known(split, key), Set.copyOf(shards)));
            found.putAll(asked);
        }
        return found;
    }

    /** What is kept, for whoever measures. */
    Measured cache() {
        return known;
    }

    private static CacheKey.Internal<Known> known(SourceDefinition split, ShardKey key) {
        return new CacheKey.Internal<>(new Known(split.name(), key));
    }

    private Map<ShardKey, Set<Integer>> ask(
            Run run, Step.Fetch fetch, SourceDefinition split, Step.ShardPlaces places, List<ShardKey> open) {
        Sources.Source owner = sources.require(places.source());
        ShardPool pool = owner.shards().getFirst();
        ShippedKeys keys = new ShippedKeys(List.of(new ShippedKeys.Column(
                places.keyType(), open.stream().map(ShardDirectory::text).toList())));
        SourceStatement statement = SourceStatement.render(pool.kind(), places.sql(), List.of(Optional.of(keys)));
        Timeline timeline = run.context().timeline();
        Duration begin = timeline.elapsed();
        long rows = 0;
        String status = "failed";
        try {
            Map<ShardKey, Set<Integer>> answer = read(run, pool, statement, places.keyType(), split, Set.copyOf(open));
            rows = answer.size();
            status = "ok";
            return answer;
        } catch (SQLException e) {
            pool.failed(e);
            return Map.of();
        } catch (BelvedereException e) {
            // A directory only saves work: without it every shard is asked, as far as the source's limit goes.
            System.getLogger(ShardDirectory.class.getName())
                    .log(System.Logger.Level.DEBUG, "the directory of source {0} does not answer", split.name());
            return Map.of();
        } finally {
            timeline.add(new Timeline.Entry(
                    fetch.name() + " places",
                    begin,
                    timeline.elapsed().minus(begin),
                    Optional.of(new Timeline.FetchFacts(
                            places.source().value(),
                            pool.shardName(),
                            statement.shown(),
                            statement.sha256(),
                            statement.keys(),
                            rows,
                            0,
                            1,
                            status))));
        }
    }

    private static Map<ShardKey, Set<Integer>> read(
            Run run, ShardPool pool, SourceStatement text, DataType type, SourceDefinition split, Set<ShardKey> wanted)
            throws SQLException {
        String query = run.context().query().toString();
        Duration left = run.context().deadline().remaining();
        Duration timeout = left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
        try (ShardConnection connection = pool.borrow(query, run.context().deadline(), timeout)) {
            PreparedStatement statement = connection.jdbc().prepareStatement(connection.text(text.sql()));
            for (int i = 0; i < text.parameters().size(); i++) {
                statement.setObject(i + 1, text.parameters().get(i), Types.OTHER);
            }
            try (StatementCancel cancel = new StatementCancel(statement, connection)) {
                run.onStop(cancel::cancel);
                run.check();
                Map<ShardKey, Set<Integer>> places = read(statement.executeQuery(), type, split, wanted);
                if (cancel.finish()) {
                    statement.close();
                    connection.finished();
                }
                return places;
            }
        }
    }

    /** A source may give more than was asked for, where it compares text its own way. */
    private static Map<ShardKey, Set<Integer>> read(
            ResultSet rows, DataType type, SourceDefinition split, Set<ShardKey> wanted) throws SQLException {
        Map<ShardKey, Set<Integer>> places = new HashMap<>();
        Set<ShardKey> unclear = new HashSet<>();
        while (rows.next()) {
            ShardKey key = ShardKey.parse(type, rows.getString(1));
            if (!wanted.contains(key)) {
                continue;
            }
            Optional<Integer> shard = Optional.ofNullable(rows.getString(2)).flatMap(name -> shard(split, name));
            shard.ifPresentOrElse(
                    index -> places.computeIfAbsent(key, _ -> new HashSet<>()).add(index), () -> unclear.add(key));
        }
        places.keySet().removeAll(unclear);
        return places;
    }

    /** By name or by index; empty for a shard that the source does not have. */
    private static Optional<Integer> shard(SourceDefinition split, String text) {
        List<String> names = split.shards().stream().map(Shard::name).toList();
        if (names.contains(text)) {
            return Optional.of(names.indexOf(text));
        }
        boolean index = text.matches("[0-9]{1,3}") && Integer.parseInt(text) < names.size();
        return index ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    private static String text(ShardKey key) {
        return switch (key) {
            case ShardKey.Whole(long value) -> Long.toString(value);
            case ShardKey.Text(String value) -> value;
            case ShardKey.Day(var value) -> value.toString();
        };
    }
}
