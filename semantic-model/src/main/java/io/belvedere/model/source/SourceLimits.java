package io.belvedere.model.source;

import java.time.Duration;
import java.util.Optional;

/**
 * How hard a source may be asked by one server.
 *
 * @param concurrency statements at a time on each shard
 * @param statementTimeout the longest a statement may run at the source
 * @param rowsMax rows that one fragment may fetch
 * @param shardsMax shards that one query may ask; one that needs more is refused
 * @param lagMax how far behind its original a source may be that is a replica; one that is further behind, or does not say, is not
 *     read. Not looked at when empty
 */
public record SourceLimits(
        int concurrency, Duration statementTimeout, long rowsMax, int shardsMax, Optional<Duration> lagMax) {
    public static final int SHARDS_DEFAULT = 64;
    public static final SourceLimits DEFAULT = new SourceLimits(16, Duration.ofSeconds(30), 10_000_000);

    public SourceLimits {
        if (concurrency < 1 || concurrency > 64) {
            throw new IllegalArgumentException("concurrency is 1 to 64");
        }
        if (statementTimeout.isNegative() || statementTimeout.isZero()) {
            throw new IllegalArgumentException("a statement timeout is more than zero");
        }
        if (rowsMax < 1 || rowsMax > 100_000_000) {
            throw new IllegalArgumentException("maxRows is 1 to 100000000");
        }
        if (shardsMax < 1 || shardsMax > SourceDefinition.SHARDS_MAX) {
            throw new IllegalArgumentException("maxShards is 1 to " + SourceDefinition.SHARDS_MAX);
        }
        if (lagMax.isPresent() && (lagMax.get().isNegative() || lagMax.get().isZero())) {
            throw new IllegalArgumentException("maxLag is more than zero");
        }
    }

    /** Limits for a source that is no replica or may lag. */
    public SourceLimits(int concurrency, Duration statementTimeout, long rowsMax, int shardsMax) {
        this(concurrency, statementTimeout, rowsMax, shardsMax, Optional.empty());
    }

    /** Limits with the default number of shards, for a source that is no replica or may lag. */
    public SourceLimits(int concurrency, Duration statementTimeout, long rowsMax) {
        this(concurrency, statementTimeout, rowsMax, SHARDS_DEFAULT);
    }
}
