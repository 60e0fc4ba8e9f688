package io.belvedere.model.access;

import java.time.Duration;

/** The moment by which a request must be over, on the monotonic clock, so that steps of the wall clock do not move it. */
public record Deadline(long nanoTime) {
    public static Deadline after(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** What is left; zero when it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean passed() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /** The earlier of this deadline and {@code cap} from now. */
    public Deadline within(Duration cap) {
        Deadline other = after(cap);
        return other.nanoTime - nanoTime < 0 ? other : this;
    }
}
