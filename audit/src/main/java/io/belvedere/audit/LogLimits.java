package io.belvedere.audit;

import java.time.Duration;

/**
 * The bounds of a log.
 *
 * @param segmentBytes what a segment is allocated with
 * @param reserveBytes the end of a segment that only outcomes and the log's own records may use
 * @param segmentAge after how long a segment is sealed
 * @param durableWithin how long a caller waits for its record to be on the disk
 * @param decisionsQueued decisions that may wait for the writer
 * @param ticketsOpen requests that may be allowed and not yet ended; their outcomes must fit the reserve
 * @param retryEvery how often a new segment is tried after a failure, at most
 */
record LogLimits(
        int segmentBytes,
        int reserveBytes,
        Duration segmentAge,
        Duration durableWithin,
        int decisionsQueued,
        int ticketsOpen,
        Duration retryEvery) {
    /** Bytes of an entry, at most. */
    static final int ENTRY_BYTES = 60 * 1024;

    private static final Duration DURABLE_WITHIN_MIN = Duration.ofMillis(100);
    private static final Duration DURABLE_WITHIN_MAX = Duration.ofMinutes(1);

    /** Entries and bytes that go to the disk in one write, at most. */
    static final int BATCH_ENTRIES = 512;

    static final int BATCH_BYTES = 1024 * 1024;

    /** Bytes of the smallest form of an outcome, at most, its frame included. */
    static final int SMALL_OUTCOME_BYTES = 1536;

    static final LogLimits STANDARD = new LogLimits(
            64 * 1024 * 1024,
            8 * 1024 * 1024,
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            4_096,
            4_096,
            Duration.ofSeconds(1));

    LogLimits {
        long outcomes = (long) ticketsOpen * SMALL_OUTCOME_BYTES;
        if (reserveBytes < outcomes + 2L * ENTRY_BYTES) {
            throw new IllegalArgumentException("the reserve must hold the outcome of every open ticket");
        }
        if (segmentBytes < reserveBytes + 2L * BATCH_BYTES) {
            throw new IllegalArgumentException("a segment must hold its reserve and a batch");
        }
        if (durableWithin.compareTo(DURABLE_WITHIN_MIN) < 0 || durableWithin.compareTo(DURABLE_WITHIN_MAX) > 0) {
            throw new IllegalArgumentException("a record is waited for between 100 milliseconds and a minute");
        }
    }

    /** The same bounds for callers that wait so long for their records. */
    LogLimits durableWithin(Duration within) {
        return new LogLimits(segmentBytes, reserveBytes, segmentAge, within, decisionsQueued, ticketsOpen, retryEvery);
    }
}
