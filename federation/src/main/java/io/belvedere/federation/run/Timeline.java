package io.belvedere.federation.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happened when in one query: the live record behind {@code GET /queries/{id}}, the demo and the audit outcome. Safe for use
 * by many threads.
 */
public final class Timeline {
    private final Instant started;
    private final long startedNanos;
    private final List<Entry> entries = new ArrayList<>();

    public Timeline(Instant started) {
        this.started = started;
        this.startedNanos = System.nanoTime();
    }

    public Instant started() {
        return started;
    }

    /** Time since the start, on the monotonic clock. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** The moment of a reading of {@link System#nanoTime()}. */
    Instant at(long nanoTime) {
        return started.plusNanos(nanoTime - startedNanos);
    }

    /** Adds a step that has just ended. */
    public void add(Entry entry) {
        synchronized (entries) {
            entries.add(entry);
        }
    }

    /** Adds a phase of the pipeline (policy, audit, plan …) that began at {@code begin} and ends now. */
    public void phase(String name, Duration begin) {
        add(new Entry(name, begin, elapsed().minus(begin), Optional.empty()));
    }

    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    /**
     * One step.
     *
     * @param begin since the start of the query
     * @param fetch what was fetched, where the step is a statement at a source
     */
    public record Entry(String name, Duration begin, Duration took, Optional<FetchFacts> fetch) {}

    /**
     * One statement at one shard of a source.
     *
     * @param sqlSha256 SHA-256, in hex, of the SQL as sent
     * @param sql the SQL as sent, shortened; shown with full detail only
     * @param keys shipped keys, 0 when none
     * @param bytes bytes of the rows as Arrow buffers
     * @param status {@code ok}, {@code failed}, {@code cancelled}, {@code skipped} (no key to ask for)
     */
    public record FetchFacts(
            String source,
            String shard,
            String sql,
            String sqlSha256,
            long keys,
            long rows,
            long bytes,
            int attempts,
            String status) {}
}
