package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.model.SourceName;
import io.belvedere.model.source.SourceDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How far behind its original a shard is, where the source's definition sets a bound: asked of the shard itself, at most once a second,
 * on the connection that is about to read. A shard that does not say is taken to be too far behind. Safe for use by many threads.
 */
final class ReplicaLag {
    private static final long TRUSTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SourceName source;
    private final Optional<Duration> lagMax;
    private final Driver driver;
    private volatile Seen seen = new Seen(Duration.ZERO, System.nanoTime() - TRUSTED_NANOS);

    /** A lag within the bound, and when it was seen. */
    private record Seen(Duration lag, long atNanos) {
        boolean isTrusted() {
            return System.nanoTime() - atNanos < TRUSTED_NANOS;
        }
    }

    ReplicaLag(SourceDefinition definition, Driver driver) {
        this.source = definition.name();
        this.lagMax = definition.limits().lagMax();
        this.driver = driver;
    }

    /** Whether {@link #require} would ask nothing. */
    boolean trusts() {
        return lagMax.isEmpty() || seen.isTrusted();
    }

    /**
     * Asks the shard, when that was not done of late.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code SOURCE_UNAVAILABLE} when it is too far behind, or does not say
     */
    void require(Connection connection) throws SQLException {
        if (trusts()) {
            return;
        }
        long at = System.nanoTime();
        Optional<Duration> lag = driver.lag(connection);
        if (lag.isEmpty() || lag.get().compareTo(lagMax.orElseThrow()) > 0) {
            throw FederationError.SOURCE_UNAVAILABLE.error(
                    "Source '" + source + "' is a copy that is too far behind its original; try again later.");
        }
        seen = new Seen(lag.get(), at);
    }

    /** By how much rows that are read now may be older than now; zero where nobody set a bound. */
    Duration behind() {
        Seen last = seen;
        return lagMax.isEmpty() || last.lag().isZero()
                ? Duration.ZERO
                : last.lag().plusNanos(TRUSTED_NANOS);
    }
}
