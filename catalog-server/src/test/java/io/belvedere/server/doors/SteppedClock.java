package io.belvedere.server.doors;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The wall clock as somebody sets it: what the machine says, and a step. */
final class SteppedClock extends Clock {
    static volatile Duration step = Duration.ZERO;

    @Override
    public Instant instant() {
        return Instant.now().plus(step);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
