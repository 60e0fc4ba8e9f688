package io.belvedere.federation.dimension;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock and a monotonic one that move together, when they are told to. */
final class MovedClock extends Clock {
    private static final Instant BEGIN = Instant.parse("2026-11-23T00:00:00Z");

    private final AtomicLong nanos = new AtomicLong();

    long nanos() {
        return nanos.get();
    }

    void move(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public Instant instant() {
        return BEGIN.plusNanos(nanos.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
