package io.belvedere.federation.plan;

import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.weave.CacheSite;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.source.ServerVersion;
import java.util.Optional;

/** What the sources say of their tables, and the rows at hand of the dimensions. For one plan. */
final class CacheStatistics implements Statistics {
    private final Statistics sources;
    private final CacheSite cache;
    private final DimensionStatistics dimensions;

    CacheStatistics(Statistics sources, CacheSite cache, DimensionStatistics dimensions) {
        this.sources = sources;
        this.cache = cache;
        this.dimensions = dimensions;
    }

    @Override
    public long epoch() {
        return sources.epoch();
    }

    @Override
    public Optional<TableStatistics> find(TableName table) {
        return cache.rows(table).map(dimensions::of).or(() -> sources.find(table));
    }

    @Override
    public Optional<TableStatistics> known(TableName table) {
        return cache.rows(table).map(dimensions::of).or(() -> sources.known(table));
    }

    @Override
    public Optional<ServerVersion> version(SourceName source) {
        return sources.version(source);
    }
}
