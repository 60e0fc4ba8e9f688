package io.belvedere.federation.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What happened when in one query, and what is happening now: the live record behind {@code GET /queries/{id}}, EXPLAIN ANALYZE,
 * metrics, spans and the audit outcome. Safe for use by many threads.
 */
public final class Timeline {
    private final Instant started;
    private final long startedNanos;
    // Both guarded by entries.
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Live> live = new LinkedHashSet<>();

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

    /**
     * Adds a statement that begins now; it shows as running until it is ended.
     *
     * @param facts what it has done so far; called by other threads, so it must not block
     */
    public Live begin(String name, Supplier<FetchFacts> facts) {
        Live begun = new Live(name, elapsed(), facts);
        synchronized (entries) {
            live.add(begun);
        }
        return begun;
    }

    /** What has ended, in the order of ending, then what is running. */
    public List<Entry> entries() {
        synchronized (entries) {
            List<Entry> all = new ArrayList<>(entries);
            live.forEach(each -> all.add(each.entry(each.facts.get())));
            return List.copyOf(all);
        }
    }

    /** A statement that is running. */
    public final class Live {
        private final String name;
        private final Duration begin;
        private final Supplier<FetchFacts> facts;

        private Live(String name, Duration begin, Supplier<FetchFacts> facts) {
            this.name = name;
            this.begin = begin;
            this.facts = facts;
        }

        private Entry entry(FetchFacts now) {
            return new Entry(name, begin, elapsed().minus(begin), Optional.of(now));
        }

        /** It is over; only the first call counts. */
        public void end(FetchFacts last) {
            synchronized (entries) {
                if (live.remove(this)) {
                    entries.add(entry(last));
                }
            }
        }
    }

    /**
     * One step.
     *
     * @param begin since the start of the query
     * @param fetch what was fetched, where the step is a statement at a source
     */
    public record Entry(String name, Duration begin, Duration took, Optional<FetchFacts> fetch) {
        /** The same without the constants of the statement, which may be a caller's or of policy. */
        public Entry withoutLiterals() {
            return new Entry(name, begin, took, fetch.map(FetchFacts::withoutLiterals));
        }
    }

    /**
     * One statement at one shard of a source.
     *
     * @param sqlSha256 SHA-256, in hex, of the SQL as sent
     * @param sql the SQL as sent, shortened; shown with full detail only
     * @param keys shipped keys, 0 when none
     * @param bytes bytes of the rows as Arrow buffers
     * @param status {@code running}, {@code ok}, {@code failed}, {@code cancelled}, {@code skipped} (no key to ask for)
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
            String status) {
        FetchFacts withoutLiterals() {
            return new FetchFacts(
                    source, shard, WithoutLiterals.of(sql), sqlSha256, keys, rows, bytes, attempts, status);
        }
    }
}
