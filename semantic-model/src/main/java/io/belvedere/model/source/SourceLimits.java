package io.belvedere.model.source;

import java.time.Duration;

/**
 * How hard a source may be asked by one server.
 *
 * @param concurrency statements at a time on each shard
 * @param statementTimeout the longest a statement may run at the source
 * @param rowsMax rows that one fragment may fetch
 * @param shardsMax shards that one query may ask; one that needs more is refused
 */
public record SourceLimits(int concurrency, Duration statementTimeout, long rowsMax, int shardsMax) {
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
    }

    /** Limits with the default number of shards. */
    public SourceLimits(int concurrency, Duration statementTimeout, long rowsMax) {
        this(concurrency, statementTimeout, rowsMax, SHARDS_DEFAULT);
    }
}
