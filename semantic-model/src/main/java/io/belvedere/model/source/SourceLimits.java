package io.belvedere.model.source;

import java.time.Duration;

/**
 * How hard a source may be asked by one server.
 *
 * @param concurrency statements at a time on each shard
 * @param statementTimeout the longest a statement may run at the source
 * @param rowsMax rows that one fragment may fetch
 */
public record SourceLimits(int concurrency, Duration statementTimeout, long rowsMax) {
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
    }
}
