package io.belvedere.server.pipeline;

import io.belvedere.model.access.QueryId;
import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes query ids: UUIDs of version 7 (RFC 9562), 48 bits of time and 74 of chance. */
public final class QueryIds {
    private final Clock clock;
    private final RandomGenerator chance;

    public QueryIds(Clock clock, RandomGenerator chance) {
        this.clock = clock;
        this.chance = chance;
    }

    public QueryId next() {
        long high = (clock.millis() << 16) | 0x7000L | (chance.nextLong() & 0x0FFFL);
        long low = (chance.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new QueryId(new UUID(high, low));
    }
}
