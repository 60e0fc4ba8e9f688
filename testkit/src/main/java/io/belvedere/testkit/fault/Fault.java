package io.belvedere.testkit.fault;

import java.time.Duration;

/** What a {@link FaultProxy} does to a connection. It changes answers, on their way from the server to the client, unless it says otherwise. */
public sealed interface Fault {
    /** Everything passes. */
    record None() implements Fault {}

    /** Nothing passes either way and nothing is closed, not even when one side closes: the cable is pulled. */
    record BlackHole() implements Fault {}

    /** Every answer comes later, by {@code mean} and at most {@code jitter} more or less; the order stays. */
    record Latency(Duration mean, Duration jitter) implements Fault {}

    /** Answers come at this pace. */
    record Bandwidth(int bytesPerSecond) implements Fault {
        public Bandwidth {
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException("a bandwidth is at least one byte a second");
            }
        }
    }

    /** Answers come in packets of so many bytes. */
    record Slices(int bytes) implements Fault {
        public Slices {
            if (bytes < 1) {
                throw new IllegalArgumentException("a slice has at least one byte");
            }
        }
    }

    /** So many more bytes of answers pass, exactly, then this end comes. */
    record AfterBytes(long bytes, End end) implements Fault {}

    /** The end comes when the client has sent this text: the server gets it, the client no answer. */
    record AfterText(String text, End end) implements Fault {
        public AfterText {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("a text to wait for has a character");
            }
        }
    }

    /** How a connection ends. */
    enum End {
        /** As {@link BlackHole}. */
        BLACK_HOLE,
        /** Both sides get a TCP reset. */
        RESET,
        /** The client sees the end of the answers, while it may go on sending. */
        HALF_CLOSE
    }
}
