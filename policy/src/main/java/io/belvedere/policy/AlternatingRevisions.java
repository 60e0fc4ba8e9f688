package io.belvedere.policy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Notices that one address answers with several revisions by turns: servers behind it that do not hold the same policy. A change of
 * policy goes from one revision to another once; servers that take it up one after the other go to and fro for a moment, which is no fault
 * until it lasts for longer than {@code patience}. Safe for use by many threads.
 */
final class AlternatingRevisions {
    private final long patienceNanos;
    /** When each revision answered last; none longer ago than the patience. */
    private final Map<PolicyRevision, Long> answered = new HashMap<>();

    private OptionalLong begun = OptionalLong.empty();
    private long latest;

    AlternatingRevisions(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** @param now of {@link System#nanoTime()} */
    synchronized void answered(PolicyRevision revision, long now) {
        answered.values().removeIf(then -> now - then > patienceNanos);
        boolean alternates = answered.entrySet().stream()
                .anyMatch(other -> !other.getKey().equals(revision)
                        && answered.getOrDefault(revision, now) - other.getValue() < 0);
        answered.put(revision, now);
        if (alternates) {
            begun = OptionalLong.of(areAlternating(now) ? begun.getAsLong() : now);
            latest = now;
        }
    }

    /** Whether the revisions have gone to and fro for longer than the patience, and did so lately. */
    synchronized boolean lasts(long now) {
        return areAlternating(now) && latest - begun.getAsLong() > patienceNanos;
    }

    private boolean areAlternating(long now) {
        return begun.isPresent() && now - latest <= patienceNanos;
    }
}
